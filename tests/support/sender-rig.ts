import { randomBytes } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openAuditLog } from "../../server/audit/audit-log.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import { createHttpClient } from "../../server/platform/http-client.ts";
import { newId, type WorkspaceId } from "../../server/platform/ids.ts";
import { openLog } from "../../server/platform/log.ts";
import { Secret } from "../../server/platform/secret.ts";
import { openVault } from "../../server/vault/open-vault.ts";
import { LocalRootKey } from "../../server/vault/root-key.ts";
import type { VaultTables } from "../../server/vault/tables.ts";
import { createGraphClient, type GraphCall } from "../../server/whatsapp/graph-client.ts";
import { keepNumber } from "../../server/whatsapp/numbers/keep-number.ts";
import type { OutboxTables, Settlement } from "../../server/whatsapp/outbound/outbox.ts";
import type { UploadMedia } from "../../server/whatsapp/outbound/prepare-media.ts";
import { queueSend } from "../../server/whatsapp/outbound/queue-send.ts";
import type { SendInput } from "../../server/whatsapp/outbound/send-payload.ts";
import { Sender } from "../../server/whatsapp/outbound/sender.ts";
import { testDatabase } from "./database.ts";

export interface SeenRequest {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly reply: ServerResponse;
}

/** What the other side does with a request. The default accepts it. */
export type Answer = (request: SeenRequest, nth: number) => void;

/** Meta's answer to an accepted message. */
export function accept({ body, reply }: SeenRequest): void {
  const wamid = `wamid.${String(body["biz_opaque_callback_data"])}`;
  reply.end(
    JSON.stringify({
      messaging_product: "whatsapp",
      contacts: [{ input: body["to"], wa_id: "966500000142", user_id: "SA.1" }],
      messages: [{ id: wamid }],
    }),
  );
}

export function refuse(code: number, status = 400): Answer {
  return ({ reply }) => {
    reply.statusCode = status;
    reply.end(JSON.stringify({ error: { message: "no", type: "OAuthException", code, fbtrace_id: "A" } }));
  };
}

/**
 * A workspace with a number, a real database and vault, and on the other side of the wire a server on this machine
 * that answers as the test says. `clock` runs; `advance` puts it ahead.
 */
export async function senderRig(throughput = 80) {
  const database = await testDatabase<OutboxTables>();
  const { db } = database;
  const seen: SeenRequest[] = [];
  const rig = { answer: accept as Answer };
  const server = createServer(async (request, reply) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = JSON.parse(Buffer.concat(pieces).toString("utf8")) as Record<string, unknown>;
    const one = { path: request.url ?? "", body, reply };
    seen.push(one);
    rig.answer(one, seen.length);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = createHttpClient({ origins: [], loopbackOrigins: [origin], headersTimeoutMs: 1_500 });

  const rootKey = randomBytes(32);
  let ahead = 0;
  const clock = () => new Date(Date.now() + ahead);
  const vault = await openVault(narrow<VaultTables>(db), async () => new LocalRootKey("file", rootKey));
  const audit = openAuditLog({
    writer: newId<string>(),
    keyOf: async () => new Secret(Buffer.alloc(32, 7)),
  });
  const workspaceId = newId<WorkspaceId>();
  await inWorkspace(db, workspaceId, (tx) => vault.createWorkspace(narrow(tx), workspaceId));
  const workspaceVault = await vault.openWorkspace(workspaceId);
  const connect = (phoneNumberId: string) =>
    inWorkspace(db, workspaceId, (tx) =>
      keepNumber(
        narrow(tx),
        { vault: workspaceVault, audit },
        {
          claim: {
            workspaceId,
            host: "simulator",
            baseUrl: origin,
            actor: "member:test",
            credentials: {
              appId: "4711",
              appSecret: new Secret("test-app-secret"),
              accessToken: new Secret("EAAJB-test-token"),
              wabaId: "900",
              phoneNumberId,
            },
          },
          facts: { displayPhoneNumber: "+1 555 0100", verifiedName: "Falcon", quality: "GREEN", throughput },
          now: clock(),
        },
      ),
    );
  const numberId = await connect("106");
  const settlements: Settlement[] = [];
  const calls: GraphCall[] = [];
  const uploads: string[] = [];
  const hooks = {
    upload: (async ({ mediaId }) => {
      uploads.push(mediaId);
      return `meta-${mediaId}`;
    }) as UploadMedia,
  };
  const openSender = (graphOrigin = origin) =>
    new Sender({
      db,
      vault,
      audit,
      graph: createGraphClient({ http, clock, onCall: (call) => calls.push(call) }),
      hosts: { meta: "https://graph.facebook.com", simulator: graphOrigin },
      clock,
      log: openLog("silent"),
      upload: (request) => hooks.upload(request),
      onSettled: async (_tx, settled) => void settlements.push(...settled),
    });

  return Object.assign(rig, {
    database,
    db,
    origin,
    rootKey,
    clock,
    workspaceId,
    workspaceVault,
    numberId,
    audit,
    connect,
    seen,
    calls,
    uploads,
    hooks,
    settlements,
    openSender,
    advance: (ms: number) => {
      ahead += ms;
    },
    /** Queues for a contact and returns the message's id. */
    async queue(contactId: string, payload: SendInput = text("hello"), wake = (_: WorkspaceId) => {}) {
      const id = newId<string>();
      await inWorkspace(db, workspaceId, (tx) =>
        queueSend(
          narrow(tx),
          { vault: workspaceVault, now: clock(), wake },
          { id, numberId, contactId, payload },
        ),
      );
      return id;
    },
    async rows() {
      const rows = await inWorkspace(db, workspaceId, (tx) =>
        tx.selectFrom("whatsapp_outbox").selectAll().orderBy("sequence").execute(),
      );
      return rows;
    },
    async stateOf(id: string): Promise<string | undefined> {
      return (await this.rows()).find((row) => row.id === id)?.state;
    },
    async until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
      const deadline = Date.now() + 8_000;
      while (!(await isTrue())) {
        if (Date.now() > deadline) throw new Error(`never: ${what}`);
        await sleep(15);
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await http[Symbol.asyncDispose]();
      await new Promise((done) => server.close(done));
      await vault[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  });
}

export function text(body: string): SendInput {
  return { kind: "text", to: { waId: "966500000142", userId: null }, text: body, replyToWamid: null };
}
