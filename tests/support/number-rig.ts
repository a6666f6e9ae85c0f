import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAuditLog } from "../../server/audit/audit-log.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import { createHttpClient } from "../../server/platform/http-client.ts";
import { newId, type WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { openVault } from "../../server/vault/open-vault.ts";
import { LocalRootKey } from "../../server/vault/root-key.ts";
import type { VaultTables } from "../../server/vault/tables.ts";
import { createGraphClient, type GraphCall } from "../../server/whatsapp/graph-client.ts";
import { createAppSecrets } from "../../server/whatsapp/numbers/app-secrets.ts";
import type { NumbersRoom } from "../../server/whatsapp/numbers/numbers-room.ts";
import type { OutboxTables, Settlement } from "../../server/whatsapp/outbound/outbox.ts";
import type { WhatsappTables } from "../../server/whatsapp/tables.ts";
import { startSimulator } from "../../simulator/start-simulator.ts";
import { testDatabase } from "./database.ts";

/**
 * The room of numbers against the simulator, with a callback on this machine that echoes the challenge when the verify
 * token is one that the room knows. `metaIsSimulator`: the simulator plays Meta, for the path of real credentials.
 */
export async function numberRig(options: { readonly metaIsSimulator?: boolean } = {}) {
  const database = await testDatabase<OutboxTables>();
  const { db } = database;
  const folder = mkdtempSync(join(tmpdir(), "wardroom-numbers-"));
  const simulator = await startSimulator({
    host: "127.0.0.1",
    port: 0,
    stateFile: join(folder, "state"),
    stateKey: randomBytes(32),
    requireAppSecretProof: true,
  });
  let ahead = 0;
  const clock = () => new Date(Date.now() + ahead);
  const http = createHttpClient({ origins: [], loopbackOrigins: [simulator.url] });
  const vault = await openVault(
    narrow<VaultTables>(db),
    async () => new LocalRootKey("file", randomBytes(32)),
  );
  const audit = openAuditLog({
    writer: newId<string>(),
    keyOf: async () => new Secret(Buffer.alloc(32, 7)),
  });
  const appSecrets = createAppSecrets({ db: narrow<WhatsappTables>(db), vault, clock });
  const callback = createServer(async (request, reply) => {
    const url = new URL(request.url ?? "/", "http://callback");
    const tokens = await appSecrets.findVerifyTokens(url.pathname.slice(1));
    const given = url.searchParams.get("hub.verify_token");
    const isKnown = tokens.some((token) => token.reveal() === given);
    reply.writeHead(isKnown ? 200 : 403).end(url.searchParams.get("hub.challenge"));
  });
  await new Promise<void>((done) => callback.listen(0, "127.0.0.1", done));
  const callbackOrigin = `http://127.0.0.1:${(callback.address() as AddressInfo).port}`;
  const calls: GraphCall[] = [];
  const settlements: Settlement[] = [];
  const room: NumbersRoom = {
    db,
    vault,
    audit,
    clock,
    graph: createGraphClient({ http, clock, onCall: (call) => calls.push(call) }),
    hosts: {
      meta: options.metaIsSimulator === true ? simulator.url : "https://graph.facebook.com",
      simulator: simulator.url,
    },
    appSecrets,
    simulator: {
      graphUrl: simulator.url,
      appId: simulator.app.appId,
      appSecret: new Secret(simulator.app.appSecret),
      addNumber: async (businessName) => {
        const { accessToken, ...added } = await simulator.addNumber({ businessName });
        return { ...added, accessToken: new Secret(accessToken) };
      },
    },
    callbackUrlOf: (_host, appId) => `${callbackOrigin}/${appId}`,
    onSettled: async (_tx, settled) => void settlements.push(...settled),
    wakeSender: () => {},
  };
  return {
    database,
    db,
    simulator,
    room,
    calls,
    settlements,
    callbackOrigin,
    advance: (ms: number) => {
      ahead += ms;
    },
    async addWorkspace(): Promise<WorkspaceId> {
      const workspaceId = newId<WorkspaceId>();
      await inWorkspace(db, workspaceId, (tx) => vault.createWorkspace(narrow(tx), workspaceId));
      return workspaceId;
    },
    async events(workspaceId: WorkspaceId): Promise<string[]> {
      const rows = await inWorkspace(db, workspaceId, (tx) =>
        tx.selectFrom("audit_event").select("kind").orderBy("occurred_at").orderBy("id").execute(),
      );
      return rows.map(({ kind }) => kind);
    },
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
      callback.closeAllConnections();
      await new Promise((done) => callback.close(done));
      await vault[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
