import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Outgoing } from "../../../../contract/conversations.ts";
import type { Template } from "../../../../contract/numbers.ts";
import { templatesQuery } from "../../api/queries.ts";
import { Callout } from "../../pieces/callout.tsx";
import { useText } from "../../texts/text-context.tsx";
import { useFileAddress } from "../use-file-address.ts";
import {
  composeTemplate,
  fillTemplate,
  NO_VALUES,
  needsHeaderFile,
  type TemplateValues,
} from "./fill-template.ts";
import css from "./template.module.css";
import { TemplateFields } from "./template-fields.tsx";
import { TemplatePicker } from "./template-picker.tsx";
import { TemplatePreview } from "./template-preview.tsx";
import { useHeaderFile } from "./use-header-file.ts";
import { useTemplateLanguage } from "./use-template-language.ts";

export interface FilledTemplate {
  readonly template: Extract<Outgoing, { kind: "template" }>["template"];
  /** The body as the customer will read it. */
  readonly text: string;
}

export interface TemplateFormProps {
  readonly numberId: string;
  readonly language: "en" | "ar" | null;
  readonly name: string;
  /** Where a header's file belongs; null before the chat exists. */
  readonly conversationId: string | null;
  readonly busy: boolean;
  /** Off while something beside the template is missing. */
  readonly ready: boolean;
  readonly children?: ReactNode;
  readonly onSend: (filled: FilledTemplate) => void;
}

const EMPTY_FILE = new File([], "");

/** Choose, fill, look, send. Send stays off until everything is filled. */
export function TemplateForm(props: TemplateFormProps) {
  const { t } = useText();
  const [template, setTemplate] = useState<Template>();
  const [values, setValues] = useState<TemplateValues>(NO_VALUES);
  const headerFile = useHeaderFile(template, props.conversationId);
  const picture = useFileAddress(headerFile.file ?? EMPTY_FILE);
  const whole = { ...values, headerUploadId: headerFile.uploadId };
  const composed = template === undefined ? undefined : composeTemplate(template, whole);
  // A file is sealed under its chat's key, so there must be one.
  const fileLater = template !== undefined && props.conversationId === null && needsHeaderFile(template);
  const choose = (next: Template) => {
    setTemplate(next);
    if (next.name !== template?.name) {
      setValues(NO_VALUES);
      headerFile.forget();
    }
  };
  return (
    <div className={css.form}>
      <TemplatePicker
        numberId={props.numberId}
        language={props.language}
        chosen={template}
        onChoose={choose}
      />
      {template === undefined ? null : (
        <div className={css.filling}>
          <LanguageChoice numberId={props.numberId} template={template} onChoose={choose} />
          {template.sendable && !fileLater ? (
            <TemplateFields
              template={template}
              values={values}
              onValues={setValues}
              headerFile={headerFile}
            />
          ) : (
            <Callout tone="warn">{t(fileLater ? "template.fileLater" : "template.notSendable")}</Callout>
          )}
          <TemplatePreview template={template} values={whole} picture={picture} />
        </div>
      )}
      {props.children}
      <div className={css.foot}>
        <span className={css.hint}>
          {template === undefined ? "" : t("template.preview", { name: props.name })}
        </span>
        <Button
          disabled={composed === undefined || !props.ready}
          loading={props.busy}
          onClick={() => {
            if (composed !== undefined && template !== undefined)
              props.onSend({ template: composed, text: fillTemplate(template.body, values.body) });
          }}
        >
          {t("template.send")}
        </Button>
      </div>
    </div>
  );
}

/** The same template in another language, what was filled in kept. */
function LanguageChoice(props: {
  readonly numberId: string;
  readonly template: Template;
  readonly onChoose: (template: Template) => void;
}) {
  const { t } = useText();
  const languageName = useTemplateLanguage();
  const templates = useQuery(templatesQuery(props.numberId)).data?.templates ?? [];
  const others = templates.filter(
    (one) => one.name === props.template.name && one.status.toUpperCase() === "APPROVED",
  );
  if (others.length < 2) return null;
  return (
    <SegmentedControl
      aria-label={t("template.language")}
      value={props.template.id}
      data={others.map((one) => ({ value: one.id, label: languageName(one.language) }))}
      onChange={(id) => {
        const found = others.find((one) => one.id === id);
        if (found !== undefined) props.onChoose(found);
      }}
    />
  );
}
