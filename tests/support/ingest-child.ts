import { sql } from "kysely";
import { type CommitDeps, commitBatch } from "../../server/inbox/ingest/commit-batch.ts";
import { bodyPlace } from "../../server/inbox/stored-body.ts";
import type { InboxTables } from "../../server/inbox/tables.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import { openLog } from "../../server/platform/log.ts";
import { type KeyRoomSettings, openKeyRoom } from "./key-room.ts";
import { inboundText } from "./round-updates.ts";

/**
 * A process of its own that takes messages in, with a few writers at once, and reads back what it finds, until its
 * standard input ends. It prints "ready", and at the end one object with what it did and what went wrong.
 */
export interface IngestChildSettings extends KeyRoomSettings {
  readonly workspaceId: WorkspaceId;
  readonly numberId: string;
  readonly contacts: readonly string[];
  /** Where its clock stands at its start, ISO 8601. */
  readonly startsAt: string;
  readonly writers: number;
}

export interface IngestChildReport {
  readonly taken: number;
  readonly opened: number;
  /** Messages whose keys were destroyed when they were read. */
  readonly erased: number;
  readonly faults: readonly string[];
}

const settings = JSON.parse(process.env["INGEST_CHILD"] ?? "{}") as IngestChildSettings;
const { workspaceId, numberId, contacts } = settings;
const began = Date.now();
const clock = () => new Date(Date.parse(settings.startsAt) + Date.now() - began);
const report = { taken: 0, opened: 0, erased: 0, faults: [] as string[] };
let isEnding = false;
process.stdin.once("end", () => {
  isEnding = true;
});
process.stdin.resume();

await using room = await openKeyRoom(settings);
const db = narrow<InboxTables>(room.db);
const { vault, audit } = room.foundation;
const deps: CommitDeps = {
  ...{ db, vault, audit, clock, log: openLog("silent") },
  onTakenIn: () => undefined,
  webhookTimes: new Map(),
};

async function write(): Promise<void> {
  while (!isEnding) {
    const updates = Array.from({ length: 5 }, () => inboundText(pick(contacts), clock()));
    const part = { workspaceId, appId: "4711", wabaId: "900", phoneNumberId: "106", numberId, updates };
    await commitBatch(deps, workspaceId, [part]);
    report.taken += updates.length;
  }
}

async function read(): Promise<void> {
  while (!isEnding) {
    await inWorkspace(db, workspaceId, async (tx) => {
      const { rows } = await sql<{ id: string; conversationId: string; sealed: Buffer }>`
        select id, conversation_id as "conversationId", body_sealed as sealed from inbox_message
        order by random() limit 20`.execute(tx);
      const workspace = await vault.openWorkspace(workspaceId);
      const keys = await workspace.keysOf(
        narrow(tx),
        rows.map(({ sealed }) => sealed),
      );
      for (const row of rows) {
        if (!keys.canOpen(row.sealed)) report.erased += 1;
        else {
          keys.openText(bodyPlace(row), row.sealed);
          report.opened += 1;
        }
      }
    });
  }
}

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item;
}

async function noting(work: () => Promise<void>): Promise<void> {
  while (!isEnding) await work().catch((error: unknown) => report.faults.push(describe(error)));
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message} <- ${describe(error.cause)}` : "";
}

console.log("ready");
await Promise.all([...Array.from({ length: settings.writers }, () => noting(write)), noting(read)]);
console.log(JSON.stringify(report));
