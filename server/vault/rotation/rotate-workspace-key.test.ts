import assert from "node:assert/strict";
import { test } from "node:test";
import { type KyselyPlugin, sql } from "kysely";
import { KEYS_PLACE, type KeyHouse, keyHouse, keySubject } from "../../../tests/support/key-house.ts";
import { testVault } from "../../../tests/support/vault.ts";
import { inWorkspace } from "../../platform/database.ts";
import { acquireLease, LeaseLost } from "../../platform/lease.ts";
import { LocalRootKey } from "../root-key.ts";
import type { KeySubject, SealingKeys } from "../vault.ts";
import { withinRun } from "./rotation-run.ts";

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

async function sealAll(it: KeyHouse, subjects: readonly KeySubject[]): Promise<Buffer[]> {
  const keys = await it.within((tx) => it.workspace.keysFor(tx, subjects));
  return subjects.map((subject) => keys.seal(subject, KEYS_PLACE, subject.subjectId));
}

/** What a vault that starts now, with nothing in memory, reads. */
async function openAfresh(it: KeyHouse, sealed: readonly Buffer[]): Promise<string[]> {
  await using later = await testVault(it.database.db, it.root);
  const workspace = await later.openWorkspace(it.workspaceId);
  const keys = await it.within((tx) => workspace.keysOf(tx, sealed));
  return sealed.map((value) => (keys.canOpen(value) ? keys.openText(KEYS_PLACE, value) : "erased"));
}

test("a rotation leaves one version, under which all is wrapped, and what was sealed opens as it was", async () => {
  await using it = await keyHouse();
  // More than two pages.
  const subjects = Array.from({ length: 520 }, () => keySubject());
  const sealed = await sealAll(it, subjects);
  const hash = it.workspace.hash("email", "a@b.c");
  const erased = keySubject();
  const [gone] = await sealAll(it, [erased]);
  await it.within((tx) => it.workspace.destroyKeys(tx, [erased.subjectId], new Date()));

  const done = await it.rotate();
  assert.deepEqual(done, {
    workspaceId: it.workspaceId,
    state: "finished",
    version: 2,
    ...{ rewrapped: 520, left: 0, damaged: 0 },
  });
  assert.deepEqual(await it.state(), { living: [2], destroyed: [1], used: [2] });
  assert.deepEqual(
    await openAfresh(it, sealed),
    subjects.map(({ subjectId }) => subjectId),
  );
  assert.deepEqual(await openAfresh(it, [gone!]), ["erased"]);
  await using later = await testVault(it.database.db, it.root);
  assert.deepEqual((await later.openWorkspace(it.workspaceId)).hash("email", "a@b.c"), hash);
  assert.deepEqual(await it.events(), [
    { kind: "vault.workspace_key_made", detail: { version: 2, replaces: [1] } },
    { kind: "vault.workspace_key_rotated", detail: { version: 2, destroyed: 1, rewrapped: 520 } },
  ]);
});

test("a key young enough is left alone by the daily job, and rotated by a person's wish", async () => {
  await using it = await keyHouse();
  const made = await it.within((tx) =>
    tx.selectFrom("vault.workspace_key").select("created_at").executeTakeFirstOrThrow(),
  );
  const after = (days: number) => () => new Date(made.created_at.getTime() + days * 24 * 60 * 60 * 1000);
  const states: string[] = [];
  for (const [days, wish] of [
    [26.9, "when_due"],
    [26.9, "now"],
    [27, "when_due"],
  ] as const) {
    states.push((await it.rotate({ wish, clock: after(days) })).state);
  }
  // The second run made a version at day 26.9: at day 27 it is young.
  assert.deepEqual(states, ["nothing", "finished", "nothing"]);
  assert.equal((await it.rotate({ wish: "when_due", clock: after(26.9 + 27) })).state, "finished");
  assert.deepEqual(await it.state(), { living: [3], destroyed: [1, 2], used: [3] });
});

test("a rotation that was cut off is finished by the next run, which makes no further version", async () => {
  await using it = await keyHouse();
  const subjects = Array.from({ length: 600 }, () => keySubject());
  const sealed = await sealAll(it, subjects);
  const cut = new AbortController();
  let transactions = 0;
  const stopped = await it.rotate({
    ended: cut.signal,
    clock: () => {
      // Asked for the time when the version is made: it stops before the first page.
      if (++transactions === 1) cut.abort();
      return new Date();
    },
  });
  assert.equal(stopped.state, "unfinished");
  assert.deepEqual(await it.state(), { living: [1, 2], destroyed: [], used: [1, 2] });
  assert.deepEqual(
    await openAfresh(it, sealed),
    subjects.map((s) => s.subjectId),
  );

  assert.equal((await it.rotate({ wish: "when_due" })).state, "finished");
  assert.deepEqual(await it.state(), { living: [2], destroyed: [1], used: [2] });
  assert.deepEqual(
    await openAfresh(it, sealed),
    subjects.map((s) => s.subjectId),
  );
});

test("a batch that seals while the key is rotated keeps its key, and the old version waits for it", async () => {
  await using it = await keyHouse();
  const [known, fresh] = [keySubject(), keySubject()];
  await sealAll(it, [known]);
  const holds = gate();
  const mayCommit = gate();
  const batch = it.within(async (tx) => {
    const keys: SealingKeys = await it.workspace.keysFor(tx, [known, fresh]);
    holds.open();
    await mayCommit.opened;
    return [keys.seal(known, KEYS_PLACE, "known"), keys.seal(fresh, KEYS_PLACE, "fresh")];
  });
  await holds.opened;
  let isDone = false;
  const rotation = it.rotate().then((done) => {
    isDone = true;
    return done;
  });
  for (;;) {
    const { living } = await it.state();
    if (living.length === 2) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(isDone, false);
  assert.deepEqual((await it.state()).living, [1, 2]);
  mayCommit.open();
  const sealed = await batch;
  assert.equal((await rotation).state, "finished");
  assert.deepEqual(await it.state(), { living: [2], destroyed: [1], used: [2] });
  assert.deepEqual(await openAfresh(it, sealed), ["known", "fresh"]);
});

test("a process that knows the old version only wraps nothing under it once there is a newer one", async () => {
  await using it = await keyHouse();
  const sealed = await sealAll(it, [keySubject()]);
  // Unfinished: both versions live.
  const cut = AbortSignal.abort();
  await it.rotate({ ended: cut });
  assert.deepEqual((await it.state()).living, [1, 2]);
  const subject = keySubject();
  const [late] = await sealAll(it, [subject]);
  const { rows } = await it.within((tx) =>
    sql<{ version: number }>`
      select workspace_key_version as version from vault.data_key
      where subject_id = ${subject.subjectId}`.execute(tx),
  );
  assert.deepEqual(rows, [{ version: 2 }]);
  await it.rotate();
  assert.deepEqual(await openAfresh(it, [...sealed, late!]).then((texts) => texts[1]), subject.subjectId);
});

test("rows read before a rotation ends and keys read after it still open", async () => {
  await using it = await keyHouse();
  const subject = keySubject();
  const [sealed] = await sealAll(it, [subject]);
  // A reader that knows version 1 only, with nothing cached, meets a row under version 2 and rotates before it looks
  // for that version: by then it is destroyed.
  await using reader = await testVault(it.database.db, it.root);
  const workspace = await reader.openWorkspace(it.workspaceId);
  await it.rotate();
  let rotations = 0;
  const between: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      const [row] = result.rows;
      if (row !== undefined && "subjectId" in row && rotations++ === 0) await it.rotate();
      return result;
    },
  };
  const text = await inWorkspace(it.database.db.withPlugin(between), it.workspaceId, async (tx) =>
    (await workspace.keysOf(tx, [sealed!])).openText(KEYS_PLACE, sealed!),
  );
  assert.equal(text, subject.subjectId);
  assert.ok(rotations >= 2, "it read the rows again");
  assert.deepEqual((await it.state()).living, [3]);
});

test("two rotations at once are one, and a third that comes while somebody holds the lease is told so", async () => {
  await using it = await keyHouse();
  await sealAll(
    it,
    Array.from({ length: 300 }, () => keySubject()),
  );
  await using other = await testVault(it.database.db, it.root);
  const runs = await Promise.all([
    it.rotate({ wish: "when_due", clock: () => new Date("2099-01-01T00:00:00Z") }),
    other.rotateWorkspaceKey(it.workspaceId, {
      ...it.rotation,
      wish: "when_due",
      clock: () => new Date("2099-01-01T00:00:00Z"),
    }),
  ]);
  assert.deepEqual(runs.map(({ state }) => state).sort(), ["elsewhere", "finished"]);
  assert.deepEqual(await it.state(), { living: [2], destroyed: [1], used: [2] });

  await acquireLease(it.database.db, { name: `keys:workspace:${it.workspaceId}`, seconds: 60 });
  const due = { wish: "when_due", clock: () => new Date("2100-01-01T00:00:00Z") } as const;
  assert.equal((await it.rotate({ ...due, leaseSeconds: 60 })).state, "elsewhere");
  assert.deepEqual((await it.state()).living, [2]);
});

test("a holder that slept past its lease writes nothing more", async () => {
  await using it = await keyHouse();
  const { db } = it.database;
  const slept = await acquireLease(db, { name: "keys:test", seconds: 0 });
  assert.ok(
    slept !== undefined && (await acquireLease(db, { name: "keys:test", seconds: 60 })) !== undefined,
  );
  const run = { db, root: new LocalRootKey("file", it.root), workspaceId: it.workspaceId, leaseSeconds: 60 };
  let isReached = false;
  await assert.rejects(
    withinRun({ ...run, lease: slept }, async () => {
      isReached = true;
    }),
    LeaseLost,
  );
  assert.equal(isReached, false);
});

test("a row that does not unwrap keeps its version alive, and the rest is re-wrapped", async () => {
  await using it = await keyHouse();
  const [damaged, whole] = [keySubject(), keySubject()];
  const sealed = await sealAll(it, [damaged, whole]);
  await it.within((tx) =>
    sql`update vault.data_key set wrapped = set_byte(wrapped, 20, (get_byte(wrapped, 20) + 1) % 256)
      where subject_id = ${damaged.subjectId}`.execute(tx),
  );
  const done = await it.rotate();
  assert.deepEqual(
    { ...done, workspaceId: "" },
    { workspaceId: "", state: "unfinished", version: 2, rewrapped: 1, left: 1, damaged: 1 },
  );
  assert.deepEqual(await it.state(), { living: [1, 2], destroyed: [], used: [1, 2] });
  assert.deepEqual(await openAfresh(it, [sealed[1]!]), [whole.subjectId]);
});
