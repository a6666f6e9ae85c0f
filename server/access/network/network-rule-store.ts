import { z } from "zod";
import type { MemberId } from "../../identity/actor.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { AccessTables } from "../tables.ts";
import type { NetworkRules } from "./network-rules.ts";

/** Rules as stored, their MAC checked. */
export interface StoredRules {
  readonly rules: NetworkRules;
  /** Rises with every change, and is never less than the time of the change in ms: see nextVersion. */
  readonly version: number;
  readonly changedAt: Date;
  readonly changedBy: MemberId | null;
}

/** "absent": nobody has ever made rules here. "forged": there is a row, and we did not write it. */
export type FoundRules = StoredRules | "absent" | "forged";

/** The rules of the vault's workspace, to whose scope `tx` belongs. `lock` holds them until `tx` ends. */
export async function findNetworkRules(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  { lock }: { readonly lock: boolean } = { lock: false },
): Promise<FoundRules> {
  const query = tx
    .selectFrom("access_network_rules")
    .where("workspace_id", "=", vault.workspaceId)
    .select(["rules_sealed", "version", "changed_at", "changed_by", "mac"]);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) return "absent";
  const head = {
    version: Number(row.version),
    changedAt: row.changed_at,
    changedBy: row.changed_by as MemberId | null,
  };
  if (!Number.isSafeInteger(head.version)) return "forged";
  if (!vault.isMac(LABEL, macFields(vault, head, row.rules_sealed), row.mac)) return "forged";
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [row.rules_sealed]);
  if (!keys.canOpen(row.rules_sealed)) return "forged"; // its key was taken away
  const rules = readRules(keys.openText(placeOf(vault), row.rules_sealed));
  return { ...head, rules };
}

/** Puts rules in the place of those before, whatever they were. */
export async function writeNetworkRules(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  stored: StoredRules,
): Promise<void> {
  const subject = { subjectId: vault.workspaceId, keyClass: "workspace", at: stored.changedAt } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const sealed = keys.seal(subject, placeOf(vault), JSON.stringify(stored.rules));
  const row = {
    rules_sealed: sealed,
    version: stored.version,
    changed_at: stored.changedAt,
    changed_by: stored.changedBy,
    mac: vault.mac(LABEL, macFields(vault, stored, sealed)),
  };
  await tx
    .insertInto("access_network_rules")
    .values({ workspace_id: vault.workspaceId, ...row })
    .onConflict((conflict) => conflict.column("workspace_id").doUpdateSet(row))
    .execute();
}

/**
 * Above the version before, and at least the time in ms: rules made by the command line over a row that cannot be read
 * are newer than whatever any process has seen.
 */
export function nextVersion(before: number, now: Date): number {
  return Math.max(before + 1, now.getTime());
}

const LABEL = "access_network_rules";

const networks = z.array(z.string());
const storedRules = z.strictObject({
  everybody: networks,
  roles: z.strictObject({ agent: networks, team_lead: networks, admin: networks, owner: networks }),
  /** Rows of before it was there have none. */
  directory: networks.default([]),
  known: z.array(z.strictObject({ name: z.string(), network: z.string() })),
});

function readRules(text: string): NetworkRules {
  return storedRules.parse(JSON.parse(text));
}

function placeOf(vault: WorkspaceVault) {
  return { table: LABEL, column: "rules_sealed", rowId: vault.workspaceId };
}

function macFields(
  vault: WorkspaceVault,
  { version, changedAt, changedBy }: Omit<StoredRules, "rules">,
  sealed: Buffer,
): Array<string | number | Buffer | Date | null> {
  return [vault.workspaceId, version, changedAt, changedBy, sealed];
}
