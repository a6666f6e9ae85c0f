import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { testDatabase } from "../../../tests/support/database.ts";
import { testVault } from "../../../tests/support/vault.ts";
import { openAuditLog } from "../../audit/audit-log.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { openLog } from "../../platform/log.ts";
import { Secret } from "../../platform/secret.ts";
import type { DeliveryStatus, Party, Update } from "../../whatsapp/inbound/update.ts";
import { settleMessages } from "../send/settle-messages.ts";
import type { InboxTables } from "../tables.ts";
import { commitBatch } from "./commit-batch.ts";

/** Each run is some ten transactions; more of them find more and take longer. */
const RUNS = 25;
const NOW = new Date("2026-11-23T10:00:00Z");

const database = await testDatabase<InboxTables>();
const { db } = database;
const vault = await testVault(db);
const workspaceId = newId<WorkspaceId>();
await inWorkspace(db, workspaceId, (tx) => vault.createWorkspace(narrow(tx), workspaceId));
const opened = await vault.openWorkspace(workspaceId);
const audit = openAuditLog({ writer: newId<string>(), keyOf: async () => new Secret(Buffer.alloc(32, 7)) });
after(async () => {
  await vault[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const numberId = newId<string>();
const deps = {
  db,
  vault,
  audit,
  clock: () => NOW,
  log: openLog("silent"),
  onTakenIn: () => {},
  webhookTimes: new Map(),
};

function takeBatch(...updates: Update[][]): Promise<void> {
  const part = { workspaceId, appId: "1", wabaId: "2", phoneNumberId: "3", numberId };
  return commitBatch(
    deps,
    workspaceId,
    updates.map((each) => ({ ...part, updates: each })),
  );
}

function personNamed(waId: string): Party {
  return { userId: null, parentUserId: null, waId, name: null, username: null, identityKeyHash: null };
}

const newWaId = () => `971${BigInt(`0x${randomUUID().replaceAll("-", "").slice(0, 15)}`)}`.slice(0, 15);
const at = (second: number) => new Date(NOW.getTime() - 3_600_000 + second * 1000);

// --- Statuses.

const STATUSES = ["sent", "delivered", "read", "played", "failed"] as const;
const PRICING = { billable: true, category: "utility" };
/** The statuses that say a price. */
const PRICED: ReadonlySet<string> = new Set(["sent", "delivered"]);
const FAILURE = { code: 131049, title: "no", details: null };

function statusUpdate(wamid: string, status: DeliveryStatus, callbackData: string | null): Update {
  return {
    ...{ kind: "status", wamid, status, metaAt: at(STATUSES.indexOf(status as "sent")), callbackData },
    recipient: personNamed("971500000000"),
    failure: status === "failed" ? FAILURE : null,
    pricing: PRICED.has(status) ? PRICING : null,
    raw: "{}",
  };
}

/** What happens to one message of ours: its statuses, some of them again and again, and the moment it becomes known. */
const history = fc
  .record({
    statuses: fc.subarray([...STATUSES], { minLength: 1 }),
    again: fc.array(fc.constantFrom(...STATUSES), { maxLength: 4 }),
    named: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
    batches: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 10, maxLength: 10 }),
  })
  .chain(({ statuses, again, ...rest }) => {
    const repeated = again.filter((status) => statuses.includes(status));
    const steps = ["known" as const, ...statuses, ...repeated];
    return fc.record({
      statuses: fc.constant(statuses),
      steps: fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length }),
      ...{ named: fc.constant(rest.named), batches: fc.constant(rest.batches) },
    });
  });

interface StatusRow {
  send_state: string | null;
  known: boolean;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
  played_at: Date | null;
  failed_at: Date | null;
  failure_code: number | null;
  pricing: unknown;
}

async function statusRow(id: string): Promise<StatusRow | undefined> {
  const { rows } = await inWorkspace(db, workspaceId, (tx) =>
    sql<StatusRow>`select send_state, wamid_hash is not null as known, sent_at, delivered_at, read_at, played_at, failed_at,
      failure_code, pricing from inbox_message where id = ${id}`.execute(tx),
  );
  return rows[0];
}

function expectedRow(statuses: readonly string[], sendState: string | null): StatusRow {
  const time = (status: (typeof STATUSES)[number]) =>
    statuses.includes(status) ? at(STATUSES.indexOf(status)) : null;
  return {
    ...{ send_state: sendState, known: true },
    ...{
      sent_at: time("sent"),
      delivered_at: time("delivered"),
      read_at: time("read"),
      played_at: time("played"),
    },
    failed_at: time("failed"),
    failure_code: statuses.includes("failed") ? FAILURE.code : null,
    pricing: statuses.some((status) => PRICED.has(status)) ? { ...PRICING, country: "AE" } : null,
  };
}

/** What is counted as billable so far, in all. */
async function billedMessages(): Promise<number> {
  const { rows } = await inWorkspace(db, workspaceId, (tx) =>
    sql<{ count: number }>`select coalesce(sum(messages), 0)::int as count from inbox_billed
      where category = 'utility' and country = 'AE' and number_id is not null`.execute(tx),
  );
  return rows[0]?.count ?? 0;
}

/** A price was said, and the message reached a phone, in whatever words. */
function isBillable(statuses: readonly string[]): boolean {
  return (
    statuses.some((status) => PRICED.has(status)) &&
    statuses.some((status) => ["delivered", "read", "played"].includes(status))
  );
}

async function waitingStatuses(): Promise<number> {
  const { rows } = await inWorkspace(db, workspaceId, (tx) =>
    sql<{ count: number }>`select count(*)::int as count from inbox_waiting_status`.execute(tx),
  );
  return rows[0]?.count ?? 0;
}

test("whatever the order, repetition and batching of statuses, a message sent elsewhere ends in the same row", async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ statuses, steps, batches }) => {
      const wamid = `wamid.${randomUUID()}`;
      const echo: Update = {
        ...{
          kind: "echo",
          wamid,
          metaAt: at(0),
          to: personNamed(newWaId()),
          body: { kind: "text", text: "x" },
        },
        ...{ media: null, replyToWamid: null, source: "smb_message_echoes", raw: "{}" },
      };
      const before = await billedMessages();
      const updates = steps.map((step) => (step === "known" ? echo : statusUpdate(wamid, step, null)));
      for (const size of batches) if (updates.length > 0) await takeBatch(updates.splice(0, size));
      await takeBatch(updates);
      const hash = opened.hash("wamid", wamid);
      const { rows } = await inWorkspace(db, workspaceId, (tx) =>
        sql<{ id: string }>`select id from inbox_message where wamid_hash = ${hash}`.execute(tx),
      );
      assert.equal(rows.length, 1);
      assert.deepEqual(await statusRow(rows[0]?.id ?? ""), expectedRow(statuses, null));
      assert.equal(await waitingStatuses(), 0, "nothing is left to wait");
      assert.equal((await billedMessages()) - before, isBillable(statuses) ? 1 : 0, "it is billed once");
    }),
    { numRuns: RUNS },
  );
});

test("the same for a message of ours, whether Meta's answer or a status is first to name it", async () => {
  await takeBatch([textOf(newWaId(), `wamid.${randomUUID()}`)]);
  const { rows: chats } = await inWorkspace(db, workspaceId, (tx) =>
    sql<{ id: string; contact_id: string }>`select id, contact_id from inbox_conversation limit 1`.execute(
      tx,
    ),
  );
  const [chat] = chats;
  assert.ok(chat);
  let position = 1000;
  await fc.assert(
    fc.asyncProperty(history, async ({ statuses, steps, named, batches }) => {
      const [id, wamid] = [newId<string>(), `wamid.${randomUUID()}`];
      const before = await billedMessages();
      position += 1;
      await inWorkspace(db, workspaceId, (tx) =>
        sql`insert into inbox_message (workspace_id, id, conversation_id, position, direction, kind, body_sealed, recorded_at, send_state)
          values (${workspaceId}, ${id}, ${chat.id}, ${position}, 'out', 'text', ${Buffer.alloc(1)}, ${NOW}, 'sending')`.execute(
          tx,
        ),
      );
      const waiting: Update[] = [];
      const sizes = [...batches];
      for (const [n, step] of steps.entries()) {
        if (step !== "known") waiting.push(statusUpdate(wamid, step, named[n] === true ? id : null));
        if (step === "known" || waiting.length >= (sizes[0] ?? 1)) {
          sizes.shift();
          await takeBatch(waiting.splice(0));
        }
        // The outbox tells the message once: not after a status has settled it.
        if (step === "known" && !(await statusRow(id))?.known) await settle(id, wamid, chat.contact_id);
      }
      await takeBatch(waiting);
      const row = await statusRow(id);
      // The outbox has no row here, so a message that a status settled keeps what it had.
      assert.deepEqual(row, expectedRow(statuses, row?.send_state === "accepted" ? "accepted" : "sending"));
      assert.equal((await billedMessages()) - before, isBillable(statuses) ? 1 : 0, "it is billed once");
    }),
    { numRuns: RUNS },
  );
});

function settle(id: string, wamid: string, contactId: string): Promise<void> {
  return inWorkspace(db, workspaceId, (tx) =>
    settleMessages(tx, vault, [
      { workspaceId, id, contactId, state: "accepted", at: NOW, alarm: false, wamid },
    ]),
  );
}

// --- Threads.

function textOf(waId: string, wamid: string): Update {
  return {
    ...{
      kind: "message",
      wamid,
      metaAt: at(1),
      from: personNamed(waId),
      body: { kind: "text", text: wamid },
    },
    ...{
      media: null,
      replyToWamid: null,
      targetWamid: null,
      forwarded: false,
      referral: null,
      standby: false,
      raw: "{}",
    },
  };
}

function reactionOf(waId: string, wamid: string, targetWamid: string): Update {
  const text = textOf(waId, wamid) as Extract<Update, { kind: "message" }>;
  return { ...text, body: { kind: "reaction", emoji: "👍" }, targetWamid };
}

interface Thread {
  contact: string;
  positions: string[];
  kinds: string[];
  last_position: string;
  inbound_count: string;
  last_kind: string | null;
}

async function threadsOf(waIds: readonly string[]): Promise<Thread[]> {
  const hashes = waIds.map((waId) => opened.hash("wa_id", waId));
  const { rows } = await inWorkspace(db, workspaceId, (tx) =>
    sql<Thread>`
      select c.contact_id as contact, c.last_position, c.inbound_count,
        array_agg(m.position::text order by m.position) as positions, array_agg(m.kind order by m.position) as kinds,
        (select kind from inbox_message l where l.id = c.last_message_id) as last_kind
      from inbox_contact_identifier i
      join inbox_conversation c on c.contact_id = i.contact_id
      join inbox_message m on m.conversation_id = c.id
      where i.hash = any(${hashes}::bytea[]) group by c.workspace_id, c.id`.execute(tx),
  );
  return rows;
}

async function quarantined(): Promise<number> {
  const { rows } = await inWorkspace(db, workspaceId, (tx) =>
    sql<{ count: number }>`select count(*)::int as count from whatsapp_quarantine`.execute(tx),
  );
  return rows[0]?.count ?? 0;
}

/** Who writes what: people by number, a text or a reaction each; then an order with repetitions, cut into transactions. */
const traffic = fc
  .array(fc.record({ person: fc.nat({ max: 2 }), reaction: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .chain((written) =>
    fc.record({
      written: fc.constant(written),
      order: fc.array(fc.nat({ max: written.length - 1 }), { maxLength: 8 }).chain((again) => {
        const all = [...written.keys(), ...again];
        return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      }),
      /** Sizes of parts; two of three parts share a moment with the next one. */
      cuts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 16, maxLength: 16 }),
    }),
  );

test("whatever the order, repetition and simultaneity of messages, threads have no gaps and unread is right", async () => {
  await fc.assert(
    fc.asyncProperty(traffic, async ({ written, order, cuts }) => {
      const people = [newWaId(), newWaId(), newWaId()];
      const updates = written.map(({ person, reaction }) => {
        const [waId = "", wamid] = [people[person], `wamid.${randomUUID()}`];
        return reaction ? reactionOf(waId, wamid, `wamid.${randomUUID()}`) : textOf(waId, wamid);
      });
      const sequence = order.map((n) => updates[n] as Update);
      const parts: Update[][] = [];
      for (const size of cuts) if (sequence.length > 0) parts.push(sequence.splice(0, size));
      // As two processes on one database: neither waits for the other.
      while (parts.length > 0) {
        const [first = [], second = [], third = []] = parts.splice(0, 3);
        await Promise.all([takeBatch(first, second), takeBatch(third)]);
      }
      const threads = await threadsOf(people);
      const expected = people.flatMap((_, person) => {
        const own = written.filter((one) => one.person === person);
        const texts = own.filter(({ reaction }) => !reaction).length;
        return own.length === 0 ? [] : [{ length: own.length, texts }];
      });
      const seen = threads.map(({ positions, kinds, last_position, inbound_count, last_kind }) => {
        assert.deepEqual(
          positions,
          positions.map((_, n) => String(n + 1)),
        );
        assert.equal(last_position, String(positions.length));
        const texts = kinds.filter((kind) => kind === "text").length;
        assert.equal(inbound_count, String(texts));
        assert.equal(last_kind, texts === 0 ? null : "text");
        return { length: positions.length, texts };
      });
      const sorted = (list: typeof expected) => list.map((each) => JSON.stringify(each)).sort();
      assert.deepEqual(sorted(seen), sorted(expected));
      assert.equal(await quarantined(), 0, "no update was taken for a wrong one");
    }),
    { numRuns: RUNS },
  );
});
