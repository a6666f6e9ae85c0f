import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { testDatabase } from "../../tests/support/database.ts";
import { inWorkspace } from "../platform/database.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { openVault } from "./open-vault.ts";
import { LocalRootKey } from "./root-key.ts";
import type { VaultTables } from "./tables.ts";

const AT = new Date("2026-11-23T10:00:00Z");
const BODY = { table: "inbox_message", column: "body", rowId: "0193572c-0000-7000-8000-000000000001" };

test("what one start seals, the next one opens", async () => {
  await using database = await testDatabase<VaultTables>();
  const rootBytes = randomBytes(32);
  const workspaceId = newId<WorkspaceId>();
  const subject = { subjectId: newId<string>(), keyClass: "conversation", at: AT } as const;

  const sealed = await (async () => {
    await using vault = await openVault(database.db, async () => new LocalRootKey("file", rootBytes));
    return await inWorkspace(database.db, workspaceId, async (tx) => {
      const workspace = await vault.createWorkspace(tx, workspaceId);
      const keys = await workspace.keysFor(tx, [subject]);
      return keys.seal(subject, BODY, "guten Tag");
    });
  })();

  await using vault = await openVault(database.db, async () => new LocalRootKey("file", rootBytes));
  const workspace = await vault.openWorkspace(workspaceId);
  const keys = await inWorkspace(database.db, workspaceId, (tx) => workspace.keysOf(tx, [sealed]));
  assert.equal(keys.openText(BODY, sealed), "guten Tag");
});
