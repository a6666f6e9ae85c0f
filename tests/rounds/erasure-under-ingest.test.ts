import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import { type KeyRounds, keyRounds } from "../support/key-rounds.ts";
import { rounds } from "../support/rounds.ts";

const CONTACTS = Array.from({ length: 12 }, (_, n) => `9665000002${String(n).padStart(2, "0")}`);

/** What an erasure saw: the values that stood sealed under the keys that it destroyed, before anybody can add one. */
interface Erasure {
  readonly keyIds: readonly string[];
  readonly sealedBefore: ReadonlySet<string>;
}

/** Every sealed value of the workspace, as hexadecimal: what names one of these keys. */
function valuesUnder(columns: KeyRounds["columns"], keyIds: readonly string[]) {
  const each = columns
    .filter(({ table }) => !table.startsWith("identity_"))
    .map(
      ({ table, column }) => sql`select encode(${sql.ref(column)}, 'hex') as value from ${sql.table(table)}
        where encode(substr(${sql.ref(column)}, 2, 16), 'hex') = any(${keyIds})`,
    );
  return sql<{ value: string }>`${sql.join(each, sql` union all `)}`;
}

/**
 * "No row sealed with a destroyed key": once the erasure's statement has returned, and for ever after, nobody commits
 * a value that names one of the keys which it destroyed. All there is was there before, and it does not open.
 */
async function eraseSomebody(it: KeyRounds): Promise<Erasure | undefined> {
  await using room = await it.open();
  const workspace = await room.foundation.vault.openWorkspace(it.workspaceId);
  return await inWorkspace(room.db, it.workspaceId, async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select c.id from inbox_contact c where exists (
        select from vault.data_key k where k.subject_id = c.id and k.wrapped is not null and k.class = 'conversation')
      order by random() limit 1`.execute(tx);
    const [contact] = rows;
    if (contact === undefined) return undefined;
    await workspace.destroyKeys(narrow(tx), [contact.id], new Date());
    const keys = await sql<{ id: string }>`
      select replace(id::text, '-', '') as id from vault.data_key
      where subject_id = ${contact.id} and wrapped is null`.execute(tx);
    const keyIds = keys.rows.map(({ id }) => id);
    const seen = await valuesUnder(it.columns, keyIds).execute(tx);
    return { keyIds, sealedBefore: new Set(seen.rows.map(({ value }) => value)) };
  });
}

function hashOf(hex: string): string {
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}

test("contacts erased while processes take their messages in: nothing is sealed with a destroyed key, and nothing is lost", async (t) => {
  const count = rounds({ short: 2, whole: 60 });
  const sum = { erasures: 0, sealedBefore: 0, messages: 0, held: 0 };
  for (let round = 0; round < count; round++) {
    await using it = await keyRounds();
    const options = { contacts: CONTACTS, startsAt: "2026-11-30T23:59:58Z", writers: 3 };
    const processes = [await it.ingest(options), await it.ingest(options)];
    await sleep(800);
    const erasures: Erasure[] = [];
    for (let n = 0; n < 8; n++) {
      const erasure = await eraseSomebody(it);
      if (erasure !== undefined) erasures.push(erasure);
      await sleep(Math.random() * 150);
    }
    const reports = [];
    for (const each of processes) reports.push(await each.end());
    assert.deepEqual(
      reports.flatMap(({ faults }) => faults),
      [],
    );

    await using room = await it.open();
    await inWorkspace(room.db, it.workspaceId, async (tx) => {
      for (const { keyIds, sealedBefore } of erasures) {
        const { rows } = await valuesUnder(it.columns, keyIds).execute(tx);
        const late = rows.filter(({ value }) => !sealedBefore.has(value));
        assert.deepEqual(late, [], "a value was sealed with a key after its destruction");
        sum.sealedBefore += sealedBefore.size;
      }
    });
    // Every other value opens; of the erased ones that are still there none does. A name may have been written anew
    // under the key of the month that came.
    const { messages, absent } = await it.openEverything();
    const present = new Set((await it.sealedValues()).keys());
    const erased = new Set(
      erasures.flatMap(({ sealedBefore }) => [...sealedBefore].map((value) => hashOf(value))),
    );
    assert.deepEqual(absent, erased.intersection(present));
    const [rows] = await it.query<{ stored: number; held: number }>(
      "select (select count(*)::int from inbox_message) as stored, (select count(*)::int from whatsapp_quarantine) as held",
    );
    // What came for an erased contact waits in quarantine, sealed under the workspace's own key: acknowledged, and there.
    const taken = reports.reduce((all, report) => all + report.taken, 0);
    assert.equal((rows?.stored ?? 0) + (rows?.held ?? 0), taken);
    assert.ok(erasures.length >= 4 && (rows?.held ?? 0) > 0);
    sum.erasures += erasures.length;
    sum.messages += messages;
    sum.held += rows?.held ?? 0;
  }
  t.diagnostic(
    `${count} rounds: ${sum.erasures} contacts erased with ${sum.sealedBefore} sealed values, ` +
      `${sum.messages} messages open, ${sum.held} held in quarantine`,
  );
});
