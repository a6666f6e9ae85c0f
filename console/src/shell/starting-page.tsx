import { Mark } from "../pieces/mark.tsx";
import { useText } from "../texts/text-context.tsx";
import { PlainPage } from "./plain-page.tsx";

/** While the session is asked for, when that takes longer than a blink. */
export function StartingPage() {
  const { t } = useText();
  return (
    <PlainPage>
      <div role="status" aria-label={t("shell.starting")}>
        <Mark big />
      </div>
    </PlainPage>
  );
}
