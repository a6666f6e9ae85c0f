import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconKeyOff, IconMessage, IconPencil } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ContactRow } from "../../../contract/contacts.ts";
import { useMay } from "../api/me.ts";
import { ContactDrawer } from "../inbox/contact/contact-drawer.tsx";
import { ContactName } from "../inbox/contact/contact-name.tsx";
import { groupPhone } from "../inbox/contact/group-phone.ts";
import panel from "../inbox/contact/panel.module.css";
import { NewChat } from "../inbox/new-chat/new-chat.tsx";
import { Avatar } from "../pieces/avatar.tsx";
import { classes } from "../pieces/classes.ts";
import { Ltr } from "../pieces/ltr.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./contacts.module.css";

export interface ContactDetailsProps {
  readonly contact: ContactRow | undefined;
  readonly onClose: () => void;
}

/** One contact beside the list, with the way to the chat. */
export function ContactDetails({ contact, onClose }: ContactDetailsProps) {
  return (
    <ContactDrawer opened={contact !== undefined} size={360} onClose={onClose}>
      {contact === undefined ? null : <Details key={contact.id} contact={contact} />}
    </ContactDrawer>
  );
}

function Details({ contact }: { readonly contact: ContactRow }) {
  const { t } = useText();
  const formats = useFormats();
  const certain = contact.identity === "known";
  const since = contact.identitySince === null ? undefined : formats.date(contact.identitySince);
  return (
    <div className={panel.panel}>
      <header className={panel.head}>
        <Avatar name={contact.name} seed={contact.id} size="large" />
        <ContactName contact={contact} conversationId={contact.conversationId} />
        <span className={panel.phone}>
          {contact.phone === null ? t("panel.noPhone") : <Ltr>{groupPhone(contact.phone)}</Ltr>}
        </span>
      </header>
      <ChatAction contact={contact} />
      <section className={panel.section}>
        <dl className={panel.facts}>
          {contact.username === null ? null : (
            <>
              <dt>{t("panel.username")}</dt>
              <dd>
                <Ltr>@{contact.username}</Ltr>
              </dd>
            </>
          )}
          <dt>{t("panel.since")}</dt>
          <dd>{formats.date(contact.createdAt)}</dd>
          {contact.lastActivityAt === null ? null : (
            <>
              <dt>{t("contacts.last")}</dt>
              <dd>{formats.dateTime(contact.lastActivityAt)}</dd>
            </>
          )}
        </dl>
      </section>
      <section className={panel.section}>
        <h3 className={panel.title}>{t("panel.safety")}</h3>
        <div className={classes(panel.fact, !certain && panel.warn)}>
          <span className={classes(panel.factIcon, certain ? undefined : panel.warn)} aria-hidden="true">
            {certain ? <IconKey size={16} stroke={1.6} /> : <IconKeyOff size={16} stroke={1.6} />}
          </span>
          <div>
            {t(certain ? "panel.identityKnown" : "panel.identityUncertainPlain")}
            <small className={panel.hint}>
              {certain
                ? since === undefined
                  ? null
                  : t("panel.identityKnownSince", { date: since })
                : t("panel.identityUncertainHint")}
            </small>
          </div>
        </div>
      </section>
    </div>
  );
}

/** Into the chat where it is the reader's to open; else why not, or writing first. */
function ChatAction({ contact }: { readonly contact: ContactRow }) {
  const { t } = useText();
  const may = useMay();
  const [writing, { open, close }] = useDisclosure(false);
  const mayEnter = contact.open || may("conversation.open_with_reason");
  if (contact.conversationId !== null && mayEnter)
    return (
      <div className={css.action}>
        <Button
          renderRoot={(props) => (
            <Link
              {...props}
              to="/inbox/$view/$conversationId"
              params={{ view: "mine", conversationId: contact.conversationId ?? "" }}
            />
          )}
          leftSection={<IconMessage size={16} stroke={1.6} />}
          fullWidth
        >
          {t("contacts.openChat")}
        </Button>
      </div>
    );
  if (contact.conversationId !== null) return <p className={css.notYours}>{t("contacts.notYours")}</p>;
  if (!may("message.send")) return null;
  return (
    <div className={css.action}>
      <Button leftSection={<IconPencil size={16} stroke={1.6} />} fullWidth onClick={open}>
        {t("contacts.write")}
      </Button>
      <NewChat
        opened={writing}
        onClose={close}
        to={{ contactId: contact.id, name: contact.name, phone: contact.phone }}
      />
    </div>
  );
}
