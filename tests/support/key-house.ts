import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { openAuditLog } from "../../server/audit/audit-log.ts";
import type { AuditTables } from "../../server/audit/tables.ts";
import { inWorkspace, type Tx } from "../../server/platform/database.ts";
import { newId, type WorkspaceId } from "../../server/platform/ids.ts";
import type { LeaseTables } from "../../server/platform/lease.ts";
import { Secret } from "../../server/platform/secret.ts";
import type { RotateWorkspaceKey } from "../../server/vault/rotation/rotation-request.ts";
import type { VaultTables } from "../../server/vault/tables.ts";
import type { KeyClass, KeySubject } from "../../server/vault/vault.ts";
import { testDatabase } from "./database.ts";
import { testVault } from "./vault.ts";

type Tables = VaultTables & AuditTables & LeaseTables;

export const KEYS_AT = new Date("2026-11-23T10:00:00Z");
export const KEYS_PLACE = { table: "inbox_message", column: "body", rowId: newId<string>() };

/** A vault with one workspace over a database of its own, for tests of what becomes of its keys. */
export async function keyHouse() {
  const database = await testDatabase<Tables>();
  const root = randomBytes(32);
  const vault = await testVault(database.db, root);
  const workspaceId = newId<WorkspaceId>();
  await inWorkspace(database.db, workspaceId, (tx) => vault.createWorkspace(tx, workspaceId));
  const audit = openAuditLog({ writer: newId(), keyOf: async () => new Secret(Buffer.alloc(32, 7)) });
  const within = <R>(work: (tx: Tx<Tables>) => Promise<R>) => inWorkspace(database.db, workspaceId, work);
  const rotation: RotateWorkspaceKey = {
    ...{ audit, clock: () => KEYS_AT, wish: "now", actor: "operator", leaseSeconds: 2 },
  };
  return {
    ...{ database, root, vault, workspaceId, audit, within, rotation },
    workspace: await vault.openWorkspace(workspaceId),
    rotate: (options: Partial<RotateWorkspaceKey> = {}) =>
      vault.rotateWorkspaceKey(workspaceId, { ...rotation, ...options }),
    /** Living and destroyed versions, and under which versions the living data and index keys are. */
    async state() {
      return within(async (tx) => {
        const versions = await sql<{ version: number; living: boolean }>`
          select version, wrapped is not null as living from vault.workspace_key order by version`.execute(
          tx,
        );
        const used = await sql<{ version: number }>`
          select distinct workspace_key_version as version from (
            select workspace_key_version from vault.data_key where wrapped is not null
            union select workspace_key_version from vault.index_key) used order by 1`.execute(tx);
        return {
          living: versions.rows.filter(({ living }) => living).map(({ version }) => version),
          destroyed: versions.rows.filter(({ living }) => !living).map(({ version }) => version),
          used: used.rows.map(({ version }) => version),
        };
      });
    },
    async events() {
      const { rows } = await within((tx) =>
        sql<{ kind: string; bytes: Buffer }>`
          select kind, bytes from audit_event where kind like 'vault.%' order by occurred_at, id`.execute(tx),
      );
      return rows.map(({ kind, bytes }) => ({ kind, detail: JSON.parse(bytes.toString()).detail }));
    },
    async [Symbol.asyncDispose]() {
      await vault[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

export type KeyHouse = Awaited<ReturnType<typeof keyHouse>>;

export function keySubject(keyClass: KeyClass = "conversation", at = KEYS_AT): KeySubject {
  return { subjectId: newId<string>(), keyClass, at };
}
