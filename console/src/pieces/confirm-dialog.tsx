import { Button, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../texts/text-context.tsx";
import { ProblemCallout } from "./callout.tsx";
import css from "./confirm-dialog.module.css";

export interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  /** What happens, as sentences; effects as a list where there are several. */
  readonly children: ReactNode;
  readonly action: string;
  /** Red for what cannot be taken back. */
  readonly destructive?: boolean;
  readonly busy?: boolean;
  readonly error?: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before an act that has effects elsewhere. Focus opens on the safe choice where the act is destructive. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useText();
  const destructive = props.destructive === true;
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size={440}>
      <div className={css.words}>{props.children}</div>
      <ProblemCallout error={props.error} />
      <div className={css.actions}>
        <Button variant="subtle" onClick={props.onClose} {...(destructive ? { "data-autofocus": true } : {})}>
          {t("common.cancel")}
        </Button>
        <Button
          {...(destructive ? { color: "red" } : { "data-autofocus": true })}
          loading={props.busy === true}
          onClick={props.onConfirm}
        >
          {props.action}
        </Button>
      </div>
    </Modal>
  );
}
