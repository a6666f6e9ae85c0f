import {
  IconCheck,
  IconCopy,
  IconDownload,
  IconFile,
  IconMail,
  IconMapPin,
  IconPhone,
} from "@tabler/icons-react";
import type { MessageBody } from "../../../../contract/message-body.ts";
import { Avatar } from "../../pieces/avatar.tsx";
import { Ltr } from "../../pieces/ltr.tsx";
import { useCopy } from "../../pieces/use-copy.ts";
import { useFormats, useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { FormattedText } from "./formatted-text.tsx";
import { mediaAddress } from "./media-address.ts";
import { MediaState } from "./media-state.tsx";

type Body<K extends MessageBody["kind"]> = Extract<MessageBody, { kind: K }>;

/** They make "exe.png" of a name that ends in "gnp.exe". */
const BIDI_CONTROLS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A file to keep: name, size, download. It never opens as a page. */
export function DocumentCard({ body }: { readonly body: Body<"document"> }) {
  const { t } = useText();
  const formats = useFormats();
  const fileName = body.fileName?.replace(BIDI_CONTROLS, "") ?? "";
  const name = fileName === "" ? t("media.document") : fileName;
  const size = body.media.byteSize === null ? null : formats.bytes(body.media.byteSize);
  return (
    <MediaState media={body.media} word={name}>
      <a className={css.file} href={mediaAddress(body.media.id)} download={fileName}>
        <span className={css.fileIcon} aria-hidden="true">
          <IconFile size={20} stroke={1.6} />
        </span>
        <span className={css.fileWords}>
          <span className={css.fileName} dir="auto">
            {name}
          </span>
          <span className={css.fileHint}>
            <Ltr>{typeName(body)}</Ltr>
            {size === null ? null : ` · ${size}`}
          </span>
        </span>
        <IconDownload size={18} stroke={1.6} aria-label={t("media.download")} />
      </a>
    </MediaState>
  );
}

/** A place as a card. No map: asking one would tell a stranger where the customer is. */
export function PlaceCard({ body }: { readonly body: Body<"location"> }) {
  const { t } = useText();
  const { copied, copy } = useCopy();
  const place = `${body.latitude.toFixed(5)}, ${body.longitude.toFixed(5)}`;
  return (
    <div className={css.place}>
      <span className={css.placeSign} aria-hidden="true">
        <svg
          className={css.placeGround}
          viewBox="0 0 240 72"
          preserveAspectRatio="xMidYMid slice"
          aria-hidden="true"
        >
          <path d="M-10 52 C60 40 90 66 150 44 S240 30 260 34" />
          <path d="M40 -10 C52 30 44 50 62 90" />
          <path d="M176 -10 C168 24 190 44 182 90" />
          <path d="M-10 18 C60 26 130 6 250 14" />
        </svg>
        <IconMapPin className={css.placePin} size={26} stroke={1.8} />
      </span>
      <span className={css.placeWords}>
        <span className={css.placeName} dir="auto">
          {body.name ?? t("media.location")}
        </span>
        {body.address === null ? null : (
          <span className={css.fileHint} dir="auto">
            {body.address}
          </span>
        )}
        <button
          type="button"
          className={css.coordinates}
          aria-label={`${t(copied ? "media.copied" : "media.copyPlace")}: ${place}`}
          onClick={() => void copy(place)}
        >
          <Ltr>{place}</Ltr>
          {copied ? (
            <IconCheck size={14} stroke={1.8} aria-hidden="true" />
          ) : (
            <IconCopy size={14} stroke={1.8} aria-hidden="true" />
          )}
        </button>
      </span>
    </div>
  );
}

export function PeopleCards({ body }: { readonly body: Body<"contacts"> }) {
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

export function OrderCard({ body }: { readonly body: Body<"order"> }) {
  const { t, language } = useText();
  const money = (amount: number, currency: string): string => writeMoney(language, amount, currency);
  return (
    <div className={css.order}>
      <span className={css.caption}>{t("media.order")}</span>
      <ul>
        {body.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items never move
          <li key={index} className={css.orderLine}>
            <span className={css.fileWords}>
              <bdi>{item.product}</bdi>
              <span className={css.fileHint}>
                {t("media.quantity", { count: item.quantity, price: money(item.price, item.currency) })}
              </span>
            </span>
            <Ltr>{money(item.price * item.quantity, item.currency)}</Ltr>
          </li>
        ))}
      </ul>
      {body.totals.map((total) => (
        <div key={total.currency} className={css.orderTotal}>
          <span>{t("media.total")}</span>
          <Ltr>{money(total.amount, total.currency)}</Ltr>
        </div>
      ))}
      {body.text === null || body.text === "" ? null : <FormattedText text={body.text} />}
    </div>
  );
}

const REPLY_WORD = {
  button: "media.button",
  list: "media.list",
  template: "media.templateReply",
  flow: "media.flow",
  call_permission: "media.callPermission",
} as const;

/** A tap of the customer: what they chose, and on what. */
export function ReplyCard({ body }: { readonly body: Body<"reply"> }) {
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

/** Currencies are Meta's three letters; one that the browser does not know is written as it came. */
function writeMoney(language: "en" | "ar", amount: number, currency: string): string {
  const locale = language === "ar" ? "ar-u-nu-latn" : "en-GB";
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "code" }).format(
      amount,
    );
  } catch {
    return `${new Intl.NumberFormat(locale).format(amount)} ${currency}`;
  }
}

/** "PDF": the end of the name, else of the type. */
function typeName({ fileName, media }: Body<"document">): string {
  const end = /\.([a-z0-9]{1,5})$/i.exec(fileName ?? "")?.[1] ?? media.mimeType.split("/").at(-1) ?? "";
  return end.slice(0, 12).toUpperCase();
}
