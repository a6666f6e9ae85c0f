import { TextInput } from "@mantine/core";
import { IconCheck, IconSearch, IconTemplate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Template } from "../../../../contract/numbers.ts";
import { templatesQuery } from "../../api/queries.ts";
import { classes } from "../../pieces/classes.ts";
import { EmptyState, ErrorState, SkeletonRows } from "../../pieces/states.tsx";
import { useText } from "../../texts/text-context.tsx";
import { listTemplateGroups, type TemplateGroup } from "./fill-template.ts";
import css from "./template.module.css";
import { useTemplateLanguage } from "./use-template-language.ts";

export interface TemplatePickerProps {
  readonly numberId: string;
  /** The customer's: their template stands first. */
  readonly language: "en" | "ar" | null;
  readonly chosen: Template | undefined;
  readonly onChoose: (template: Template) => void;
}

/** The approved templates of a number, by name; each with its languages and category. */
export function TemplatePicker({ numberId, language, chosen, onChoose }: TemplatePickerProps) {
  const { t } = useText();
  const [search, setSearch] = useState("");
  const templates = useQuery(templatesQuery(numberId));
  if (templates.isPending) return <SkeletonRows rows={4} avatar={false} />;
  if (templates.isError)
    return (
      <ErrorState
        error={templates.error}
        title={t("template.failed")}
        onRetry={() => void templates.refetch()}
      />
    );
  const groups = listTemplateGroups(templates.data.templates, { search, language });
  if (groups.length === 0 && search === "")
    return (
      <EmptyState
        icon={<IconTemplate size={22} stroke={1.6} />}
        title={t("template.none")}
        hint={t("template.noneHint")}
      />
    );
  return (
    <div className={css.picker}>
      <TextInput
        value={search}
        placeholder={t("template.search")}
        aria-label={t("template.search")}
        leftSection={<IconSearch size={16} stroke={1.6} />}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ul className={css.groups}>
        {groups.map((group) => (
          <li key={group.name}>
            <GroupRow group={group} chosen={chosen} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {groups.length === 0 ? <p className={css.none}>{t("template.noMatch")}</p> : null}
    </div>
  );
}

interface GroupRowProps {
  readonly group: TemplateGroup;
  readonly chosen: Template | undefined;
  readonly onChoose: (template: Template) => void;
}

function GroupRow({ group, chosen, onChoose }: GroupRowProps) {
  const { t } = useText();
  const languageName = useTemplateLanguage();
  const isOn = group.templates.some((one) => one.id === chosen?.id);
  const first = group.templates[0];
  return (
    <button
      type="button"
      className={classes(css.row, isOn && css.on)}
      aria-pressed={isOn}
      onClick={() => {
        if (first !== undefined && !isOn) onChoose(first);
      }}
    >
      <span className={css.rowWords}>
        <bdi dir="ltr" className={css.name}>
          {group.name}
        </bdi>
        <span className={css.hint}>
          {categoryName(t, group.category)} ·{" "}
          {group.templates.map((one) => languageName(one.language)).join(t("template.comma"))}
        </span>
      </span>
      {isOn ? <IconCheck className={css.check} size={16} stroke={1.8} aria-hidden="true" /> : null}
    </button>
  );
}

function categoryName(t: ReturnType<typeof useText>["t"], category: string): string {
  switch (category.toUpperCase()) {
    case "UTILITY":
      return t("template.utility");
    case "MARKETING":
      return t("template.marketing");
    case "AUTHENTICATION":
      return t("template.authentication");
    default:
      return category;
  }
}
