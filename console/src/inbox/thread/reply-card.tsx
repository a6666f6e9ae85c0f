import type { MessageBody } from "../../../../contract/message-body.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { FormattedText } from "./formatted-text.tsx";

const REPLY_WORD = {
  button: "media.button",
  list: "media.list",
  template: "media.templateReply",
  flow: "media.flow",
  call_permission: "media.callPermission",
} as const;

/** A tap of the customer: what they chose, and on what. */
export function ReplyCard({ body }: { readonly body: Extract<MessageBody, { kind: "reply" }> }) {
  const { t } = useText();
  return (
    <div>
      <span className={css.caption}>{t(REPLY_WORD[body.source])}</span>
      {body.title === "" ? null : <FormattedText text={body.title} />}
      {body.description === null ? null : (
        <p className={css.fileHint} dir="auto">
          {body.description}
        </p>
      )}
      {body.fields.length === 0 ? null : (
        <dl className={css.fields}>
          {body.fields.map((field) => (
            <div key={field.name} className={css.field}>
              <dt>
                <bdi>{field.name}</bdi>
              </dt>
              <dd dir="auto">{field.value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
