import { useDelayed } from "../../pieces/use-delayed.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./thread.module.css";

/** Bubbles to come, once loading takes longer than 200 ms. */
export function ThreadBones() {
  const { t } = useText();
  const shown = useDelayed();
  return (
    <div className={css.thread} role="status" aria-label={t("common.loading")}>
      {shown ? (
        <div className={css.bones}>
          {[1, 2, 3, 4, 5, 6].map((bone) => (
            <div key={bone} className={css.bone} />
          ))}
        </div>
      ) : null}
    </div>
  );
}
