import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { WizardActions } from "../pieces/wizard.tsx";

export interface ButtonsBelowProps {
  /** The element under all choices; null until it stands. */
  readonly slot: HTMLElement | null;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** The chosen form's buttons, under the choices. They name their form, which stands elsewhere in the page. */
export function ButtonsBelow({ slot, aside, children }: ButtonsBelowProps) {
  if (slot === null) return null;
  return createPortal(<WizardActions back={aside}>{children}</WizardActions>, slot);
}
