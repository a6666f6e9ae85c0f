import { IconMail, IconPhone } from "@tabler/icons-react";
import type { MessageBody } from "../../../../contract/message-body.ts";
import { Avatar } from "../../pieces/avatar.tsx";
import { Ltr } from "../../pieces/ltr.tsx";
import css from "./content.module.css";

/** People whom the customer sent: names, numbers, addresses. */
export function PeopleCards({ body }: { readonly body: Extract<MessageBody, { kind: "contacts" }> }) {
  return (
    <ul className={css.people}>
      {body.cards.map((card, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cards never move
        <li key={index} className={css.person}>
          <Avatar name={card.name} />
          <span className={css.fileWords}>
            <span className={css.fileName}>
              <bdi>{card.name}</bdi>
            </span>
            {card.organisation === null ? null : (
              <span className={css.fileHint} dir="auto">
                {card.organisation}
              </span>
            )}
            {card.phones.map((phone) => (
              <span key={phone} className={css.personLine}>
                <IconPhone size={14} stroke={1.6} aria-hidden="true" />
                <Ltr>{phone}</Ltr>
              </span>
            ))}
            {card.emails.map((email) => (
              <span key={email} className={css.personLine}>
                <IconMail size={14} stroke={1.6} aria-hidden="true" />
                <Ltr>{email}</Ltr>
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
