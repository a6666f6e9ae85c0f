import { narrow, type Tx } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { GraphHost } from "../graph-access.ts";
import type { WhatsappTables } from "../tables.ts";
import { numberPlace } from "./number-places.ts";
import { readNumberProfile } from "./number-profile.ts";

/** A number as the console shows it. The token is not among it: it is written, used and destroyed, never read. */
export interface NumberView {
  readonly id: string;
  readonly host: GraphHost;
  readonly state: "connected" | "disconnected";
  readonly displayPhoneNumber: string;
  readonly verifiedName: string;
  readonly quality: string | null;
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly appId: string;
  readonly createdAt: Date;
  readonly checkedAt: Date | null;
  readonly lastWebhookAt: Date | null;
  /** Why its queue waits, as docs/errors.md lists it; null while it sends. */
  readonly sendingStopped: string | null;
}

/** Connected ones first, then by age. */
export async function listNumbers(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  onlyId?: string,
): Promise<NumberView[]> {
  const rows = await tx
    .selectFrom("whatsapp_number")
    .select(["id", "host", "state", "profile_sealed", "quality", "phone_number_id", "waba_id", "app_id"])
    .select(["created_at", "checked_at", "last_webhook_at", "sending_stopped"])
    .where("workspace_id", "=", vault.workspaceId)
    .$if(onlyId !== undefined, (query) => query.where("id", "=", onlyId ?? ""))
    .orderBy("state")
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  const keys = await vault.keysOf(
    narrow<VaultTables>(tx),
    rows.map((row) => row.profile_sealed),
  );
  return rows.map((row) => ({
    id: row.id,
    host: row.host,
    state: row.state,
    ...readNumberProfile(keys.openText(numberPlace(row.id, "profile_sealed"), row.profile_sealed)),
    quality: row.quality,
    phoneNumberId: row.phone_number_id,
    wabaId: row.waba_id,
    appId: row.app_id,
    createdAt: row.created_at,
    checkedAt: row.checked_at,
    lastWebhookAt: row.last_webhook_at,
    sendingStopped: row.sending_stopped,
  }));
}

/** Refuses with `whatsapp.number_not_found`. */
export async function getNumber(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  numberId: string,
): Promise<NumberView> {
  const [number] = await listNumbers(tx, vault, numberId);
  if (number === undefined) throw new Refusal("not_found", "whatsapp.number_not_found");
  return number;
}
