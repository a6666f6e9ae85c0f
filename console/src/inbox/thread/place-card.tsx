import { IconCheck, IconCopy, IconMapPin } from "@tabler/icons-react";
import type { MessageBody } from "../../../../contract/message-body.ts";
import { Ltr } from "../../pieces/ltr.tsx";
import { useCopy } from "../../pieces/use-copy.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";

/** A place as a card. No map: asking one would tell a stranger where the customer is. */
export function PlaceCard({ body }: { readonly body: Extract<MessageBody, { kind: "location" }> }) {
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
