import { Button } from "@mantine/core";
import { IconHourglass, IconTemplate } from "@tabler/icons-react";
import { useFormats, useText } from "../../texts/text-context.tsx";
import css from "./composer.module.css";
import type { ComposerProps } from "./composer-props.ts";

/** Why nothing can be typed, and what can be sent instead. */
export function ClosedWindow({ conversation, onTemplate }: ComposerProps) {
  const { t } = useText();
  const formats = useFormats();
  const name = conversation.contact.name;
  const closedAt = conversation.windowClosesAt;
  return (
    <div className={css.closed}>
      <IconHourglass className={css.closedIcon} size={18} stroke={1.6} aria-hidden="true" />
      <div className={css.closedWords}>
        <p className={css.closedTitle}>
          {closedAt === null
            ? t("compose.neverOpened", { name })
            : t("compose.closedAt", {
                time: formats.isSameDay(closedAt, new Date().toISOString())
                  ? formats.time(closedAt)
                  : formats.dateTime(closedAt),
              })}
        </p>
        <p className={css.closedHint}>{t("compose.closedHint", { name })}</p>
        <Button
          className={css.closedAction}
          leftSection={<IconTemplate size={16} stroke={1.6} />}
          onClick={onTemplate}
        >
          {t("compose.chooseTemplate")}
        </Button>
      </div>
    </div>
  );
}
