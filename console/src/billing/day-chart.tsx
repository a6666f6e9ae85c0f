import { categoryText } from "../templates/template-words.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./billing.module.css";
import type { DaySum } from "./sums.ts";

/** How many colours there are; categories beyond share the last one. */
const COLOURS = 4;

const HEIGHT = 140;
const STEP = 10;

interface DayChartProps {
  readonly days: readonly DaySum[];
  /** In the order of their colours: the most messages first. */
  readonly categories: readonly string[];
}

/** Bars by day, stacked by category. The table below says the same in numbers. */
export function DayChart({ days, categories }: DayChartProps) {
  const { t } = useText();
  const formats = useFormats();
  const most = Math.max(1, ...days.map(({ total }) => total));
  const width = days.length * STEP;
  return (
    <figure className={css.chart}>
      <svg
        className={css.bars}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t("billing.chart")}
      >
        <line className={css.base} x1="0" x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {days.map((day, index) => (
          <g key={day.day}>
            <title>
              {t("billing.dayTotal", { day: formats.date(`${day.day}T12:00:00Z`), count: day.total })}
            </title>
            <rect className={css.column} x={index * STEP} y="0" width={STEP} height={HEIGHT} />
            {stack(day, categories, most).map(({ category, y, height }) => (
              <rect
                key={category}
                className={css.bar}
                data-colour={Math.min(categories.indexOf(category), COLOURS - 1)}
                x={index * STEP + 1.5}
                y={y}
                width={STEP - 3}
                height={height}
              />
            ))}
          </g>
        ))}
      </svg>
      <figcaption className={css.axis}>
        <span>{formats.date(`${days[0]?.day}T12:00:00Z`)}</span>
        <span>{t("billing.most", { count: most })}</span>
        <span>{formats.date(`${days.at(-1)?.day}T12:00:00Z`)}</span>
      </figcaption>
      <ul className={css.legend}>
        {categories.map((category, index) => (
          <li key={category} className={css.key}>
            <span className={css.dot} data-colour={Math.min(index, COLOURS - 1)} aria-hidden="true" />
            {categoryText(category.toUpperCase(), t)}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function stack({ parts }: DaySum, categories: readonly string[], most: number) {
  let bottom = HEIGHT;
  return categories.flatMap((category) => {
    const count = parts[category] ?? 0;
    if (count === 0) return [];
    const height = Math.max(1, (count / most) * (HEIGHT - 8));
    bottom -= height;
    return [{ category, y: bottom, height }];
  });
}
