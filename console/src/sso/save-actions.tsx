import { Button } from "@mantine/core";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./sso.module.css";

interface SaveActionsProps {
  readonly save: { readonly error: unknown; readonly isPending: boolean };
  /** Everything that a connection needs is there. */
  readonly isWhole: boolean;
  readonly onDone: () => void;
}

/** The end of a connection's form: what went wrong, saving, and leaving it. */
export function SaveActions({ save, isWhole, onDone }: SaveActionsProps) {
  const { t } = useText();
  return (
    <>
      <ProblemCallout error={save.error} />
      <div className={css.actions}>
        <Button type="submit" loading={save.isPending} disabled={!isWhole}>
          {t("sso.save")}
        </Button>
        <Button variant="subtle" onClick={onDone}>
          {t("common.cancel")}
        </Button>
      </div>
    </>
  );
}
