import type { TeamFigures } from "../../../contract/performance.ts";
import { Card, Section } from "../pieces/page.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import { MemberTable } from "./member-table.tsx";
import css from "./performance.module.css";

/** One team: how it stands, and its people. */
export function TeamSection({ title, figures }: { readonly title: string; readonly figures: TeamFigures }) {
  return (
    <Section title={title}>
      <Tiles figures={figures} />
      <Card>
        <MemberTable figures={figures} />
      </Card>
    </Section>
  );
}

function Tiles({ figures: { total, unassigned } }: { readonly figures: TeamFigures }) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const { firstAnswer, waitingSince } = total;
  return (
    <div className={css.tiles}>
      <Tile
        label={t("performance.open")}
        figure={formats.number(total.open)}
        hint={t("performance.unassignedOf", { count: unassigned.open })}
      />
      <Tile
        label={t("performance.waiting")}
        figure={formats.number(total.waiting)}
        hint={
          waitingSince === null
            ? t("performance.nobodyWaits")
            : t("performance.longest", { duration: formats.duration(now - Date.parse(waitingSince)) })
        }
      />
      <Tile
        label={t("performance.firstResponse")}
        figure={firstAnswer === null ? "–" : formats.duration(firstAnswer.medianSeconds * 1000)}
        hint={
          firstAnswer === null
            ? t("performance.noResponse")
            : t("performance.firstResponseHint", {
                count: total.answered,
                duration: formats.duration(firstAnswer.p90Seconds * 1000),
              })
        }
      />
      <Tile
        label={t("performance.sent")}
        figure={formats.number(total.sent)}
        hint={t("performance.work", { taken: total.taken, closed: total.closed })}
      />
    </div>
  );
}

function Tile(props: { readonly label: string; readonly figure: string; readonly hint: string }) {
  return (
    <div className={css.tile}>
      <span className={css.label}>{props.label}</span>
      <b className={css.figure}>{props.figure}</b>
      <span className={css.hint}>{props.hint}</span>
    </div>
  );
}
