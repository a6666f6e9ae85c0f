import type { ReactNode } from "react";
import type { Figures, TeamFigures } from "../../../contract/performance.ts";
import { useMe } from "../api/me.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./performance.module.css";

type Column = "open" | "waiting" | "taken" | "closed" | "sent" | "firstResponse" | "within";

const COLUMNS: readonly Column[] = ["open", "waiting", "taken", "closed", "sent", "firstResponse", "within"];

/** A row each for the team's people; on a phone a block each, where every figure brings its own label. */
export function MemberTable({ figures }: { readonly figures: TeamFigures }) {
  const { t, language } = useText();
  const me = useMe();
  const { compare } = new Intl.Collator(language);
  const members = figures.members.toSorted((one, other) => compare(one.name, other.name));
  const { open, waiting, waitingSince } = figures.unassigned;
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t("performance.member")}</th>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className={css.amount}>
              {t(`performance.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {members.map(({ id, name, figures: own }) => (
          <Row key={id} figures={own}>
            <Avatar name={name} seed={id} size="small" self={id === me.memberId} />
            <bdi className={css.name}>{name}</bdi>
          </Row>
        ))}
        {figures.others === null ? null : (
          <Row figures={figures.others}>
            <span className={css.name}>
              {t("performance.others")} <span className={css.hint}>{t("performance.othersHint")}</span>
            </span>
          </Row>
        )}
        {open === 0 ? null : (
          <Row figures={{ open, waiting, waitingSince }}>
            <span className={css.name}>{t("performance.unassigned")}</span>
          </Row>
        )}
        {members.length === 0 && figures.others === null && open === 0 ? (
          <tr>
            <td colSpan={COLUMNS.length + 1} className={css.hint}>
              {t("performance.nobody")}
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}

function Row(props: { readonly figures: Partial<Figures>; readonly children: ReactNode }) {
  const { t } = useText();
  const textOf = useFigureTexts();
  return (
    <tr>
      <th scope="row">
        <span className={css.who}>{props.children}</span>
      </th>
      {COLUMNS.map((column) => (
        <td key={column} className={css.amount}>
          <span className={css.cellLabel} aria-hidden="true">
            {t(`performance.${column}`)}
          </span>
          <span>{textOf(props.figures, column)}</span>
        </td>
      ))}
    </tr>
  );
}

/** What stands in a cell; a dash where there is nothing to tell. */
function useFigureTexts(): (figures: Partial<Figures>, column: Column) => ReactNode {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const seconds = (value: number | undefined) => (value === undefined ? "–" : formats.duration(value * 1000));
  return (figures, column) => {
    if (column === "firstResponse") return seconds(figures.firstAnswer?.medianSeconds);
    if (column === "within") return seconds(figures.firstAnswer?.p90Seconds);
    const count = figures[column];
    if (count === undefined) return "–";
    const since = column === "waiting" ? figures.waitingSince : null;
    if (since === null || since === undefined) return formats.number(count);
    return (
      <>
        {formats.number(count)}
        <span className={css.longest}>
          {t("performance.longest", { duration: formats.duration(now - Date.parse(since)) })}
        </span>
      </>
    );
  };
}
