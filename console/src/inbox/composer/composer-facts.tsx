import { classes } from "../../pieces/classes.ts";
import { WindowRing } from "../../pieces/window-ring.tsx";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { readServiceWindow } from "../service-window.ts";
import css from "./composer.module.css";

/** What is left of the 24-hour window: always in view while one writes. */
export function WindowLeft(props: { readonly closesAt: string | null; readonly now: number }) {
  const { t } = useText();
  const formats = useFormats();
  const window = readServiceWindow(props.closesAt, props.now);
  if (window.state === "closed") return null;
  return (
    <span className={classes(css.window, window.state === "closing" && css.warn)}>
      <WindowRing closesAt={props.closesAt} now={props.now} />
      {t("time.windowLeft", { duration: formats.duration(window.leftMs) })}
    </span>
  );
}

/** From here on the characters left are counted. Ours. */
const COUNT_FROM_LEFT = 200;

/** Silent until the end comes near. */
export function CharactersLeft(props: { readonly left: number }) {
  const { t } = useText();
  return (
    <span
      id="compose-left"
      className={classes(css.left, props.left < 0 && css.critical)}
      role={props.left < 0 ? "alert" : undefined}
    >
      {props.left > COUNT_FROM_LEFT
        ? null
        : props.left < 0
          ? t("compose.over", { count: -props.left })
          : t("compose.left", { count: props.left })}
    </span>
  );
}
