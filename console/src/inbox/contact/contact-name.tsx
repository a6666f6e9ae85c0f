import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ContactPanel } from "../../../../contract/conversations.ts";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { ProblemCallout } from "../../pieces/callout.tsx";
import { useText } from "../../texts/text-context.tsx";
import { conversationQuery } from "../thread/thread-query.ts";
import css from "./panel.module.css";

export interface ContactNameProps {
  readonly contact: ContactPanel;
  readonly conversationId: string | null;
}

/** A contact's name, and our own word for it in its place. */
export function ContactName({ contact, conversationId }: ContactNameProps) {
  const { t } = useText();
  const may = useMay();
  const [draft, setDraft] = useState<string>();
  const rename = useRename(contact.id, conversationId, () => setDraft(undefined));
  if (draft === undefined)
    return (
      <div className={css.nameLine}>
        <h2 className={css.name}>
          <bdi>{contact.name}</bdi>
        </h2>
        {may("contact.rename") ? (
          <ActionIcon
            size={28}
            className={css.rename}
            aria-label={t("panel.rename")}
            title={t("panel.rename")}
            onClick={() => setDraft(contact.name)}
          >
            <IconPencil size={16} stroke={1.6} />
          </ActionIcon>
        ) : null}
      </div>
    );
  const name = draft.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name !== "") rename.mutate(name);
  };
  return (
    <form className={css.nameForm} onSubmit={submit}>
      <TextInput
        label={t("panel.name")}
        description={t("panel.nameHint")}
        value={draft}
        maxLength={80}
        dir="auto"
        autoFocus
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setDraft(undefined);
        }}
      />
      <ProblemCallout error={rename.error} />
      <div className={css.nameActions}>
        <Button variant="subtle" size="xs" onClick={() => setDraft(undefined)}>
          {t("common.cancel")}
        </Button>
        <Button variant="default" size="xs" type="submit" loading={rename.isPending} disabled={name === ""}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}

function useRename(contactId: string, conversationId: string | null, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.renameContact({ params: { id: contactId }, body: { name } }),
    onSuccess: (contact) => {
      if (conversationId !== null)
        client.setQueryData(conversationQuery(conversationId).queryKey, (held) =>
          held === undefined ? held : { ...held, contact },
        );
      void client.invalidateQueries({ queryKey: ["contacts"] });
      onDone();
    },
  });
}
