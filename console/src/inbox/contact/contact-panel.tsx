import { IconFlask, IconHistory, IconKey, IconKeyOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Conversation } from "../../../../contract/conversations.ts";
import { useMe } from "../../api/me.ts";
import { Avatar } from "../../pieces/avatar.tsx";
import { Chip } from "../../pieces/chip.tsx";
import { classes } from "../../pieces/classes.ts";
import { Ltr } from "../../pieces/ltr.tsx";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { useAssigneeName } from "../assignee-menu.tsx";
import { useLanguageName } from "../use-language-name.ts";
import { ContactName } from "./contact-name.tsx";
import { groupPhone } from "./group-phone.ts";
import css from "./panel.module.css";

/** Who it is, what is known, and how safe it is: facts, without a click. */
export function ContactPanel({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useText();
  const { contact } = conversation;
  return (
    <div className={css.panel}>
      <header className={css.head}>
        <Avatar name={contact.name} seed={contact.id} size="large" />
        <ContactName contact={contact} conversationId={conversation.id} />
        <span className={css.phone}>
          {contact.phone === null ? t("panel.noPhone") : <Ltr>{groupPhone(contact.phone)}</Ltr>}
        </span>
        {conversation.number.host === "simulator" ? (
          <Chip tone="brass" icon={<IconFlask size={14} stroke={1.6} aria-hidden="true" />}>
            {t("panel.simulated")}
          </Chip>
        ) : null}
      </header>
      <Facts conversation={conversation} />
      <Safety conversation={conversation} />
      <Episodes conversation={conversation} />
    </div>
  );
}

function Facts({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useText();
  const formats = useFormats();
  const languageName = useLanguageName();
  const { memberId } = useMe();
  const { contact } = conversation;
  const assignee = useAssigneeName(conversation);
  const assigned = conversation.assigneeId === memberId ? t("head.you") : (assignee ?? t("head.nobody"));
  return (
    <section className={css.section}>
      <dl className={css.facts}>
        <dt>{t("panel.assigned")}</dt>
        <dd>
          <bdi>{assigned}</bdi>
        </dd>
        <dt>{t("panel.language")}</dt>
        <dd>{languageName(conversation.language)}</dd>
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
      </dl>
    </section>
  );
}

function Safety({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useText();
  const formats = useFormats();
  const { identity, identitySince } = conversation.contact;
  const since = identitySince === null ? undefined : formats.date(identitySince);
  return (
    <section className={css.section}>
      <h3 className={css.title}>{t("panel.safety")}</h3>
      {identity === "known" ? (
        <Fact icon={<IconKey size={16} stroke={1.6} />} title={t("panel.identityKnown")}>
          {since === undefined ? null : t("panel.identityKnownSince", { date: since })}
        </Fact>
      ) : (
        <Fact
          icon={<IconKeyOff size={16} stroke={1.6} />}
          tone="warn"
          title={
            since === undefined
              ? t("panel.identityUncertainPlain")
              : t("panel.identityUncertain", { date: since })
          }
        >
          {t("panel.identityUncertainHint")}
        </Fact>
      )}
      {conversation.oldestGoesAt === null ? null : (
        <Fact icon={<IconHistory size={16} stroke={1.6} />} title={t("panel.kept")}>
          {t("panel.oldestGoes", { date: formats.date(conversation.oldestGoesAt) })}
        </Fact>
      )}
    </section>
  );
}

function Fact(props: {
  readonly icon: ReactNode;
  readonly tone?: "ok" | "warn";
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes(css.fact, props.tone === "warn" && css.warn)}>
      <span className={classes(css.factIcon, props.tone !== undefined && css[props.tone])} aria-hidden="true">
        {props.icon}
      </span>
      <div>
        {props.title}
        {props.children === null ? null : <small className={css.hint}>{props.children}</small>}
      </div>
    </div>
  );
}

function Episodes({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useText();
  const formats = useFormats();
  if (conversation.episodes.length === 0) return null;
  return (
    <section className={css.section}>
      <h3 className={css.title}>{t("panel.earlier")}</h3>
      <ul>
        {conversation.episodes.map((episode) => (
          <li key={episode.id} className={css.episode}>
            <span>{formats.date(episode.openedAt)}</span>
            <span className={css.hint}>
              {episode.closedAt === null ? t("panel.current") : formats.date(episode.closedAt)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
