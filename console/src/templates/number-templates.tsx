import { useMediaQuery } from "@mantine/hooks";
import { IconTemplate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Template } from "../../../contract/numbers.ts";
import { templatesQuery } from "../api/queries.ts";
import { Callout } from "../pieces/callout.tsx";
import { Chip } from "../pieces/chip.tsx";
import { Card } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useText } from "../texts/text-context.tsx";
import { BELOW } from "../theme/sizes.ts";
import css from "./number-templates.module.css";
import { TemplatePreview } from "./template-preview.tsx";
import { categoryText, languageText, statusOf } from "./template-words.ts";

/** The list, and beside it (on small screens: inside it) the chosen one as the customer sees it. */
export function NumberTemplates({ numberId }: { readonly numberId: string }) {
  const { t } = useText();
  const templates = useQuery(templatesQuery(numberId));
  const isNarrow = useMediaQuery(BELOW.rail) === true;
  const [openId, setOpenId] = useState<string>();
  if (templates.isError) {
    return (
      <Card>
        <ErrorState error={templates.error} onRetry={() => void templates.refetch()} />
      </Card>
    );
  }
  if (templates.data === undefined) {
    return (
      <Card>
        <SkeletonRows avatar={false} />
      </Card>
    );
  }
  const list = templates.data.templates;
  if (list.length === 0) {
    const isRead = templates.data.synchronisedAt !== null;
    return (
      <Card>
        <EmptyState
          icon={<IconTemplate size={22} stroke={1.6} />}
          title={t("templates.empty")}
          hint={isRead ? t("templates.emptyHint") : t("templates.neverRead")}
        />
      </Card>
    );
  }
  const open = list.find(({ id }) => id === openId) ?? (isNarrow ? undefined : list[0]);
  const toggle = (id: string) => setOpenId(isNarrow && id === open?.id ? undefined : id);
  return (
    <div className={css.two}>
      <Card>
        <ul>
          {list.map((template) => (
            <li key={template.id} className={css.item}>
              <TemplateRow template={template} isOpen={template.id === open?.id} onOpen={toggle} />
              {isNarrow && template.id === open?.id ? (
                <div className={css.inside}>
                  <Preview template={template} />
                </div>
              ) : null}
            </li>
          ))}
        </ul>
      </Card>
      {isNarrow || open === undefined ? null : (
        <aside className={css.beside} aria-live="polite">
          <Preview template={open} />
        </aside>
      )}
    </div>
  );
}

interface TemplateRowProps {
  readonly template: Template;
  readonly isOpen: boolean;
  readonly onOpen: (id: string) => void;
}

function TemplateRow({ template, isOpen, onOpen }: TemplateRowProps) {
  const { t, language } = useText();
  const status = statusOf(template.status, t);
  return (
    <button type="button" className={css.row} aria-expanded={isOpen} onClick={() => onOpen(template.id)}>
      <span className={css.words}>
        <bdi dir="ltr" className={css.name}>
          {template.name}
        </bdi>
        <span className={css.facts}>
          {categoryText(template.category, t)} · {languageText(template.language, language)}
        </span>
      </span>
      <Chip tone={status.tone}>{status.text}</Chip>
    </button>
  );
}

function Preview({ template }: { readonly template: Template }) {
  const { t } = useText();
  return (
    <div className={css.preview}>
      <p className={css.caption}>{t("templates.asSeen")}</p>
      <TemplatePreview template={template} />
      {template.sendable ? null : <Callout tone="warn">{t("templates.notSendable")}</Callout>}
      {template.status === "APPROVED" ? null : <Callout>{t("templates.onlyApproved")}</Callout>}
    </div>
  );
}
