import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { openAuditLog } from "../../server/audit/audit-log.ts";
import type { Actor, MemberId, PersonId, Role, SessionId } from "../../server/identity/actor.ts";
import { type CommitDeps, commitBatch } from "../../server/inbox/ingest/commit-batch.ts";
import { ListReads } from "../../server/inbox/list-reads.ts";
import { type Act, type InboxRoom, perform } from "../../server/inbox/room.ts";
import type { InboxTables } from "../../server/inbox/tables.ts";
import { inWorkspace, narrow, type Tx } from "../../server/platform/database.ts";
import { newId, type WorkspaceId } from "../../server/platform/ids.ts";
import { openLog } from "../../server/platform/log.ts";
import { Secret } from "../../server/platform/secret.ts";
import type { Party, Update } from "../../server/whatsapp/inbound/update.ts";
import { keepNumber } from "../../server/whatsapp/numbers/keep-number.ts";
import { testDatabase } from "./database.ts";
import { testVault } from "./vault.ts";

/** The inbox over a real database and vault: one workspace, one number, a clock that the test moves. No network. */
export async function inboxRig(start = new Date("2026-11-23T10:00:00Z")) {
  const database = await testDatabase<InboxTables>();
  const { db } = database;
  const vault = await testVault(db);
  const workspaceId = newId<WorkspaceId>();
  await inWorkspace(db, workspaceId, (tx) => vault.createWorkspace(narrow(tx), workspaceId));
  const workspaceVault = await vault.openWorkspace(workspaceId);
  const audit = openAuditLog({
    writer: newId<string>(),
    keyOf: async () => new Secret(Buffer.alloc(32, 7)),
  });
  const time = { now: start };
  const clock = () => time.now;
  const numberId = await inWorkspace(db, workspaceId, (tx) =>
    keepNumber(
      narrow(tx),
      { vault: workspaceVault, audit },
      { claim: claimOf(workspaceId), facts: FACTS, now: start },
    ),
  );
  const room: InboxRoom = {
    ...{ db, vault, audit, clock },
    lists: new ListReads(),
    wakeSender: () => undefined,
  };
  const deps: CommitDeps = {
    ...{ db, vault, audit, clock },
    log: openLog("silent"),
    webhookTimes: new Map(),
    onTakenIn: () => undefined,
  };
  const part = { workspaceId, appId: "4711", wabaId: "900", phoneNumberId: "106", numberId };
  const parts = (...posts: Update[][]) => posts.map((updates) => ({ ...part, updates }));

  return {
    ...{ database, db, vault, workspaceVault, audit, workspaceId, numberId, room, deps, time, parts },
    /** Takes the updates of each POST in, all of them as one batch. */
    take: (...posts: Update[][]) => commitBatch(deps, workspaceId, parts(...posts)),
    text: (waId: string, body: string): Update => ({
      ...{ kind: "message", from: partyOf(waId), body: { kind: "text", text: body }, media: null },
      ...{ wamid: `wamid.${randomUUID()}`, metaAt: time.now, replyToWamid: null, targetWamid: null },
      ...{ forwarded: false, referral: null, standby: false, raw: "{}" },
    }),
    actor: (role: Role): Actor => actorOf(workspaceId, role),
    act: <Result>(actor: Actor, work: (act: Act) => Promise<Result>) => perform(room, actor, work),
    inTx: <Result>(work: (tx: Tx<InboxTables>) => Promise<Result>) => inWorkspace(db, workspaceId, work),
    /** The one conversation that there is. */
    async onlyConversation(): Promise<{ id: string; contact_id: string }> {
      const { rows } = await inWorkspace(db, workspaceId, (tx) =>
        sql<{ id: string; contact_id: string }>`select id, contact_id from inbox_conversation`.execute(tx),
      );
      const [row] = rows;
      if (row === undefined || rows.length > 1) throw new Error(`${rows.length} conversations`);
      return row;
    },
    async [Symbol.asyncDispose]() {
      await vault[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

export type InboxRig = Awaited<ReturnType<typeof inboxRig>>;

export function partyOf(waId: string, more: Partial<Party> = {}): Party {
  return {
    userId: null,
    parentUserId: null,
    waId,
    name: null,
    username: null,
    identityKeyHash: null,
    ...more,
  };
}

const FACTS = { displayPhoneNumber: "+1 555 0100", verifiedName: "Falcon", quality: "GREEN", throughput: 80 };

function claimOf(workspaceId: WorkspaceId): Parameters<typeof keepNumber>[2]["claim"] {
  const ids = { appId: "4711", wabaId: "900", phoneNumberId: "106" };
  const secrets = { appSecret: new Secret("test-app-secret"), accessToken: new Secret("EAAJB-test-token") };
  const credentials = { ...ids, ...secrets };
  return { workspaceId, host: "simulator", baseUrl: "http://127.0.0.1:1", actor: "member:test", credentials };
}

function actorOf(workspaceId: WorkspaceId, role: Role): Actor {
  const [memberId, personId, sessionId] = [newId<MemberId>(), newId<PersonId>(), newId<SessionId>()];
  return {
    ...{ workspaceId, memberId, personId, role, sessionId, assurance: 2, factorAt: new Date(0) },
    ...{ stage: "open", method: "totp", deviceId: null },
  };
}
