import { Button, TextInput } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useRef } from "react";
import type { Template } from "../../../../contract/numbers.ts";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { listButtonVariables, needsHeaderFile, type TemplateValues } from "./fill-template.ts";
import css from "./template.module.css";
import type { HeaderFile } from "./use-header-file.ts";

export interface TemplateFieldsProps {
  readonly template: Template;
  readonly values: TemplateValues;
  readonly onValues: (values: TemplateValues) => void;
  readonly headerFile: HeaderFile;
}

/** A field for each variable, in the order they are read. */
export function TemplateFields({ template, values, onValues, headerFile }: TemplateFieldsProps) {
  const { t } = useText();
  const set = (part: "body" | "header" | "buttons", name: string) => (value: string) =>
    onValues({ ...values, [part]: { ...values[part], [name]: value } });
  const buttons = listButtonVariables(template);
  return (
    <div className={css.fields}>
      {needsHeaderFile(template) ? <HeaderField template={template} headerFile={headerFile} /> : null}
      {(template.header?.variables ?? []).map((name) => (
        <Field
          key={`header ${name}`}
          label={t("template.headerVariable", { name })}
          value={values.header[name]}
          most={60}
          onChange={set("header", name)}
        />
      ))}
      {template.variables.map((name) => (
        <Field
          key={name}
          label={t("template.variable", { name })}
          value={values.body[name]}
          most={1024}
          onChange={set("body", name)}
        />
      ))}
      {buttons.map(({ index, text }) => (
        <Field
          key={`button ${index}`}
          label={t("template.button", { text })}
          value={values.buttons[index]}
          most={2000}
          onChange={set("buttons", index)}
        />
      ))}
    </div>
  );
}

function Field(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly most: number;
  readonly onChange: (value: string) => void;
}) {
  return (
    <TextInput
      label={props.label}
      value={props.value ?? ""}
      maxLength={props.most}
      dir={props.value === undefined || props.value === "" ? undefined : "auto"}
      autoComplete="off"
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

const KINDS = {
  IMAGE: { label: "template.headerImage", kind: "template.kind.image", accept: "image/jpeg,image/png" },
  VIDEO: { label: "template.headerVideo", kind: "template.kind.video", accept: "video/mp4,video/3gpp" },
  DOCUMENT: { label: "template.headerDocument", kind: "template.kind.document", accept: "" },
} as const;

function HeaderField({ template, headerFile }: Pick<TemplateFieldsProps, "template" | "headerFile">) {
  const { t } = useText();
  const formats = useFormats();
  const picker = useRef<HTMLInputElement>(null);
  const format = template.header?.format;
  const words = KINDS[format === "IMAGE" || format === "VIDEO" ? format : "DOCUMENT"];
  const { file, state } = headerFile;
  return (
    <div className={css.headerField}>
      <span className={css.label}>{t(words.label)}</span>
      <div className={css.headerRow}>
        <Button
          variant="default"
          leftSection={<IconUpload size={16} stroke={1.6} />}
          loading={state === "uploading"}
          onClick={() => picker.current?.click()}
        >
          {t(file === undefined ? "template.chooseFile" : "template.changeFile")}
        </Button>
        {file === undefined ? null : (
          <span className={css.fileName}>
            <bdi>{file.name}</bdi> · {formats.bytes(file.size)}
          </span>
        )}
      </div>
      {state === "wrong" || state === "failed" ? (
        <p className={css.fault} role="alert">
          {state === "wrong" ? t("template.wrongFile", { kind: t(words.kind) }) : t("template.uploadFailed")}
        </p>
      ) : null}
      <input
        ref={picker}
        type="file"
        hidden
        accept={words.accept}
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (chosen !== undefined) headerFile.choose(chosen);
        }}
      />
    </div>
  );
}
