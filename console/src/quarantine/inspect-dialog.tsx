import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Quarantined } from "../../../contract/quarantine.ts";
import { api } from "../api/client.ts";
import { CopyButton } from "../pieces/copy-field.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import { DecideQuarantined } from "./decide-quarantined.tsx";
import css from "./inspect-dialog.module.css";
import { reasonText } from "./quarantine-words.ts";

export interface InspectDialogProps {
  readonly item: Quarantined | undefined;
  readonly onClose: () => void;
}

/** One update, opened: its content as text and nothing but text, and what can be done with it. */
export function InspectDialog({ item, onClose }: InspectDialogProps) {
  const text = useText();
  return (
    <Modal
      opened={item !== undefined}
      onClose={onClose}
      title={item === undefined ? "" : reasonText(item.reason, text)}
      size={760}
    >
      {item === undefined ? null : <Inspected item={item} onClose={onClose} />}
    </Modal>
  );
}

function Inspected({ item, onClose }: { readonly item: Quarantined; readonly onClose: () => void }) {
  const { t } = useText();
  const content = useQuery({
    queryKey: ["quarantine", "content", item.id],
    queryFn: ({ signal }) => api.inspectQuarantined({ params: { id: item.id }, signal }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <Facts item={item} />
      {content.isPending ? <SkeletonRows rows={2} avatar={false} /> : null}
      {content.isError ? <ErrorState error={content.error} onRetry={() => void content.refetch()} /> : null}
      {content.data === undefined ? null : (
        <div className={css.paper}>
          <div className={css.copy}>
            <CopyButton value={content.data.content} label={t("quarantine.content")} />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it */}
          <section className={css.content} dir="ltr" tabIndex={0} aria-label={t("quarantine.content")}>
            <pre>{content.data.content}</pre>
          </section>
        </div>
      )}
      <p className={css.hint}>{t("quarantine.logged")}</p>
      <DecideQuarantined item={item} onClose={onClose} />
    </>
  );
}

function Facts({ item }: { readonly item: Quarantined }) {
  const { t } = useText();
  const formats = useFormats();
  const facts = [
    { label: t("quarantine.received"), value: formats.dateTime(item.receivedAt) },
    { label: t("quarantine.field"), value: item.field },
    { label: t("quarantine.app"), value: item.appId },
    { label: t("quarantine.waba"), value: item.wabaId },
    { label: t("quarantine.number"), value: item.phoneNumberId },
  ];
  return (
    <dl className={css.facts}>
      {facts.map(({ label, value }) =>
        value === null ? null : (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{label === t("quarantine.received") ? value : <Ltr>{value}</Ltr>}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
