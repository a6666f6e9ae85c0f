import { isId } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { StatusUpdate } from "../../whatsapp/inbound/update.ts";
import { countryOf } from "../billing/country-of-phone.ts";

/** Every status of one message in a batch, folded: the earliest time of each. */
export interface FoldedStatus {
  readonly wamid: string;
  readonly wamidHash: Buffer;
  /** Our message id, where the status carried one back. */
  readonly messageId: string | null;
  readonly times: { readonly [Status in "sent" | "delivered" | "read" | "played" | "failed"]?: Date };
  readonly failure: StatusUpdate["failure"];
  /** Meta's words, and the recipient's country beside them. */
  readonly pricing: StatusUpdate["pricing"];
}

/** A message that a status changed, for the sockets that show it. */
export interface StatusChange {
  readonly messageId: string;
  readonly conversationId: string;
}

export function foldStatuses(vault: WorkspaceVault, updates: readonly StatusUpdate[]): FoldedStatus[] {
  const folded = new Map<string, FoldedStatus>();
  for (const update of updates) {
    const status = update.status;
    if (status === "deleted") continue; // legacy: says only that the customer removed their copy
    const known = folded.get(update.wamid);
    const times = { ...known?.times };
    const earlier = times[status];
    if (earlier === undefined || update.metaAt < earlier) times[status] = update.metaAt;
    folded.set(update.wamid, {
      wamid: update.wamid,
      wamidHash: known?.wamidHash ?? vault.hash("wamid", update.wamid),
      messageId: known?.messageId ?? ourId(update.callbackData),
      times,
      failure: known?.failure ?? update.failure,
      pricing: priceOf(update) ?? known?.pricing ?? null,
    });
  }
  return [...folded.values()];
}

/** With the country of whom it went to, as of now: prices differ by it, and a number may change hands. */
function priceOf({ pricing, recipient }: StatusUpdate): FoldedStatus["pricing"] {
  return pricing === null ? null : { ...pricing, country: countryOf(recipient) };
}

function ourId(callbackData: string | null): string | null {
  return callbackData !== null && isId(callbackData) ? callbackData : null;
}
