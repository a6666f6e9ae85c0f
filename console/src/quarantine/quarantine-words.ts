import type { Quarantined } from "../../../contract/quarantine.ts";
import type { TextTools } from "../texts/text-context.tsx";

/** Why an update could not be placed. An open list: a new reason is shown by its code. */
export function reasonText(reason: string, { find, t }: Pick<TextTools, "find" | "t">): string {
  return find(`quarantine.reason.${reason}`) ?? t("quarantine.otherReason", { reason });
}

export const STATE_TONE = { held: "warn", retried: "ok", dropped: "plain" } as const satisfies Record<
  Quarantined["state"],
  string
>;
