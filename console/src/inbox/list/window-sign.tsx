import { classes } from "../../pieces/classes.ts";
import { WindowRing } from "../../pieces/window-ring.tsx";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { readServiceWindow } from "../service-window.ts";
import css from "./row.module.css";

/** The 24-hour window in a list row: only when it soon closes, or is closed. */
export function WindowSign(props: { readonly closesAt: string | null; readonly now: number }) {
  const { t } = useText();
  const formats = useFormats();
  const window = readServiceWindow(props.closesAt, props.now);
  if (window.state === "open") return null;
  const closing = window.state === "closing";
  const left = closing ? formats.duration(window.leftMs) : "";
  return (
    <span
      className={classes(css.sign, closing ? css.warn : css.faint)}
      title={closing ? t("time.windowLeft", { duration: left }) : t("inbox.windowClosedLabel")}
    >
      <WindowRing closesAt={props.closesAt} now={props.now} />
      {closing ? left : t("inbox.windowClosed")}
    </span>
  );
}
