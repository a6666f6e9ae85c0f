import { UnstyledButton } from "@mantine/core";
import { IconKeyOff } from "@tabler/icons-react";
import type { ContactRow } from "../../../contract/contacts.ts";
import { groupPhone } from "../inbox/contact/group-phone.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Chip } from "../pieces/chip.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./contacts.module.css";

export interface ContactLineProps {
  readonly contact: ContactRow;
  readonly onShow: () => void;
}

/** A contact in the list. */
export function ContactLine({ contact, onShow }: ContactLineProps) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  return (
    <UnstyledButton className={css.line} onClick={onShow}>
      <Avatar name={contact.name} seed={contact.id} />
      <span className={css.words}>
        <span className={css.name} dir="auto">
          {contact.name}
        </span>
        <span className={css.second}>
          <span className={css.phone}>
            {contact.phone === null ? t("panel.noPhone") : <Ltr>{groupPhone(contact.phone)}</Ltr>}
          </span>
          {contact.identity === "uncertain" ? (
            <Chip tone="warn" icon={<IconKeyOff size={14} stroke={1.6} aria-hidden="true" />}>
              {t("contacts.uncertain")}
            </Chip>
          ) : null}
        </span>
      </span>
      {contact.lastActivityAt === null ? null : (
        <time className={css.time} dateTime={contact.lastActivityAt}>
          {formats.moment(contact.lastActivityAt, now)}
        </time>
      )}
    </UnstyledButton>
  );
}
