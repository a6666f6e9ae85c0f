import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { keepAppSecret } from "./app-secret-store.ts";
import type { NumberClaim } from "./credentials.ts";
import type { NumberFacts } from "./inspect-number.ts";
import { numberPlace, workspaceKey } from "./number-places.ts";

export interface KeepNumber {
  readonly claim: NumberClaim;
  readonly facts: NumberFacts;
  readonly now: Date;
}

/**
 * Writes a number whose token was proved to work: app, credentials, routes, event. The same number again takes the
 * new credentials and, where it was disconnected, its chats back.
 *
 * Refuses with `whatsapp.number_taken` (another workspace holds it) and `whatsapp.hosts_mixed`: a workspace talks to
 * Meta or to the simulator, never to both, so that nobody takes one for the other.
 */
export async function keepNumber(
  tx: Tx<WhatsappTables>,
  { vault, audit }: { readonly vault: WorkspaceVault; readonly audit: AuditLog },
  { claim, facts, now }: KeepNumber,
): Promise<string> {
  const { credentials, host } = claim;
  await lockNumbers(tx, vault.workspaceId);
  await refuseMixedHosts(tx, vault.workspaceId, host);
  await keepAppSecret(tx, vault, {
    appId: credentials.appId,
    secret: credentials.appSecret,
    verifyToken: randomBytes(32).toString("base64url"),
    now,
  });
  const known = await tx
    .selectFrom("whatsapp_number")
    .select("id")
    .where("workspace_id", "=", vault.workspaceId)
    .where("phone_number_id", "=", credentials.phoneNumberId)
    .executeTakeFirst();
  const numberId = known?.id ?? newId<string>();
  await claimRoute(tx, vault.workspaceId, numberId, credentials);
  await writeNumber(tx, vault, numberId, { claim, facts, now });
  await audit.append(narrow<AuditTables>(tx), vault.workspaceId, [
    {
      occurredAt: now,
      kind: "number.connected",
      actor: claim.actor,
      subject: `number:${numberId}`,
      outcome: "success",
      detail: { host, again: known !== undefined },
    },
  ]);
  return numberId;
}

/** One at a time per workspace: two connections at once would each see no number of the other host. */
export async function lockNumbers(tx: Tx<WhatsappTables>, workspaceId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`whatsapp_number ${workspaceId}`}, 0))`.execute(
    tx,
  );
}

async function refuseMixedHosts(tx: Tx<WhatsappTables>, workspaceId: string, host: string): Promise<void> {
  const other = await tx
    .selectFrom("whatsapp_number")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("state", "=", "connected")
    .where("host", "!=", host as "meta" | "simulator")
    .limit(1)
    .executeTakeFirst();
  if (other !== undefined) throw new Refusal("conflict", "whatsapp.hosts_mixed");
}

async function claimRoute(
  tx: Tx<WhatsappTables>,
  workspaceId: string,
  numberId: string,
  { phoneNumberId, wabaId }: NumberClaim["credentials"],
): Promise<void> {
  const { rows } = await sql`
    insert into whatsapp_number_route as route (phone_number_id, waba_id, workspace_id, number_id)
    values (${phoneNumberId}, ${wabaId}, ${workspaceId}, ${numberId})
    on conflict (phone_number_id) do update set waba_id = excluded.waba_id
      where route.workspace_id = excluded.workspace_id
    returning number_id`.execute(tx);
  if (rows.length === 0) throw new Refusal("conflict", "whatsapp.number_taken");
}

async function writeNumber(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  numberId: string,
  { claim: { credentials, host }, facts, now }: KeepNumber,
): Promise<void> {
  const subject = workspaceKey(vault.workspaceId, now);
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const { displayPhoneNumber, verifiedName, quality, throughput } = facts;
  const fields = {
    waba_id: credentials.wabaId,
    app_id: credentials.appId,
    host,
    token_sealed: keys.seal(subject, numberPlace(numberId, "token_sealed"), credentials.accessToken.reveal()),
    profile_sealed: keys.seal(
      subject,
      numberPlace(numberId, "profile_sealed"),
      JSON.stringify({ displayPhoneNumber, verifiedName }),
    ),
    quality,
    throughput,
    state: "connected" as const,
    checked_at: now,
    disconnected_at: null,
    sending_stopped: null,
    sending_stopped_at: null,
  };
  await tx
    .insertInto("whatsapp_number")
    .values({
      workspace_id: vault.workspaceId,
      id: numberId,
      phone_number_id: credentials.phoneNumberId,
      created_at: now,
      last_webhook_at: null,
      ...fields,
    })
    .onConflict((conflict) => conflict.columns(["workspace_id", "id"]).doUpdateSet(fields))
    .execute();
}
