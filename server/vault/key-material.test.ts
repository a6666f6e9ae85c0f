import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { sql } from "kysely";
import { testDatabase } from "../../tests/support/database.ts";
import { inWorkspace } from "../platform/database.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { Secret } from "../platform/secret.ts";
import { openRootKey } from "./open-root-key.ts";
import { openVault } from "./open-vault.ts";
import { LocalRootKey } from "./root-key.ts";
import type { VaultTables } from "./tables.ts";
import { loadWorkspaceKeys } from "./workspace-keys.ts";

const PASSPHRASE = "five short words by the sea";
const PLACE = { table: "inbox_message", column: "body", rowId: newId<string>() };

/** Every spelling in which a key could be printed: text forms, and inspect's list of bytes. */
function spellingsOf(key: Buffer): string[] {
  const numbers = [...key];
  return [
    key.toString("hex"),
    key.toString("hex").match(/../g)?.join(" ") ?? "",
    key.toString("base64").replace(/=+$/, ""),
    key.toString("base64url"),
    numbers.join(","),
    numbers.join(", "),
  ];
}

/** What a log line, a reply or a crash report could make of a value. */
function printed(value: unknown): string {
  const parts = [inspect(value, { depth: 20, showHidden: true, maxArrayLength: null }), `${value}`];
  try {
    parts.push(JSON.stringify(value) ?? "");
  } catch {
    // A database handle has cycles; what JSON cannot print, it does not leak.
  }
  if (value instanceof Error)
    parts.push(String(value.stack), printed({ ...value }), value.cause ? printed(value.cause) : "");
  return parts.join("\n");
}

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
}

test("no key shows in anything the vault hands out, throws, or passes to a child", async () => {
  await using database = await testDatabase<VaultTables>();
  const folder = await mkdtemp(join(tmpdir(), "wardroom-material-"));
  try {
    const path = join(folder, "root.key");
    const settings = { provider: "file", path } as const;
    const vault = await openVault(database.db, (start) => openRootKey(settings, start));
    const rootBytes = Buffer.from(JSON.parse(await readFile(path, "utf8")).key, "base64url");
    const root = new LocalRootKey("file", rootBytes);
    const workspaceId = newId<WorkspaceId>();
    const subject = { subjectId: newId<string>(), keyClass: "conversation", at: new Date() } as const;
    const workspace = await inWorkspace(database.db, workspaceId, (tx) =>
      vault.createWorkspace(tx, workspaceId),
    );
    const sealing = await inWorkspace(database.db, workspaceId, (tx) => workspace.keysFor(tx, [subject]));
    const sealed = sealing.seal(subject, PLACE, "a text");
    const opening = await inWorkspace(database.db, workspaceId, (tx) => workspace.keysOf(tx, [sealed]));

    // The keys themselves, dug out as only the vault can.
    const secrets = [rootBytes, await root.derive("simulator/state/v1")];
    const { rows } = await inWorkspace(database.db, workspaceId, (tx) =>
      sql<{ id: string; wrapped: Buffer; workspaceKey: Buffer }>`
        select d.id, d.wrapped, w.wrapped as "workspaceKey" from vault.data_key d, vault.workspace_key w`.execute(
        tx,
      ),
    );
    const [row] = rows;
    assert.ok(row);
    const bind = `wardroom/workspace-key/v1|${workspaceId}|1`;
    secrets.push(await root.unwrap(row.workspaceKey, Buffer.from(bind)));
    const keys = await inWorkspace(database.db, workspaceId, (tx) =>
      loadWorkspaceKeys(tx, root, workspaceId),
    );
    const { subjectId } = subject;
    const month = `${subject.at.toISOString().slice(0, 7)}-01`;
    const bindData = `wardroom/data-key/v1|${workspaceId}|${row.id}|${subjectId}|conversation|${month}|1`;
    secrets.push(keys.unwrap(1, row.wrapped, Buffer.from(bindData)));

    const errors = [
      await errorOf(() => opening.open({ ...PLACE, column: "other" }, sealed)),
      await errorOf(() => sealing.seal({ ...subject, keyClass: "record" }, PLACE, "a text")),
      await errorOf(() => root.unwrap(row.workspaceKey, Buffer.alloc(0))),
      await errorOf(() => vault.openWorkspace(newId<WorkspaceId>())),
      await errorOf(() => openVault(database.db, async () => new LocalRootKey("file", randomBytes(32)))),
      await errorOf(() => openRootKey({ ...settings, path: folder }, "again")),
    ];
    const sealedByPassphrase = {
      provider: "passphrase",
      path: join(folder, "passphrase.key"),
      passphrase: async () => new Secret(PASSPHRASE),
    } as const;
    const passphraseRoot = await openRootKey(sealedByPassphrase, "first");
    errors.push(
      await errorOf(() =>
        openRootKey({ ...sealedByPassphrase, passphrase: async () => new Secret(`${PASSPHRASE}!`) }, "again"),
      ),
    );

    const environment = execFileSync("/bin/cat", ["/proc/self/environ"]).toString("latin1");
    const command = execFileSync("/bin/cat", [
      `/proc/${process.pid}/environ`,
      `/proc/${process.pid}/cmdline`,
    ]);
    const seen = [
      environment,
      command.toString("latin1"),
      ...[vault, workspace, sealing, opening, root, keys, passphraseRoot, ...errors].map(printed),
    ].join("\n");
    for (const secret of secrets) {
      for (const spelling of spellingsOf(secret)) assert.equal(seen.includes(spelling), false);
      assert.equal(seen.includes(secret.toString("latin1")), false);
    }
    assert.equal(seen.includes(PASSPHRASE), false);
    // The net itself holds: a key that is handed out in the open is found.
    assert.ok(spellingsOf(rootBytes).some((spelling) => printed({ rootBytes }).includes(spelling)));
  } finally {
    await rm(folder, { recursive: true });
  }
});
