import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { testVault } from "../../../tests/support/vault.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { createHttpClient } from "../../platform/http-client.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { Secret } from "../../platform/secret.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { createGraphClient } from "../graph-client.ts";
import type { WhatsappTables } from "../tables.ts";
import { MAX_BYTES } from "./mime-types.ts";
import { openMedia } from "./open-media.ts";
import { type NewUpload, storeUpload } from "./store-upload.ts";
import { takeUpload } from "./take-upload.ts";
import { uploadMedia } from "./upload-media.ts";

const NOW = new Date("2026-11-23T10:00:00Z");
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n");

/** One for all tests of this file: each has a workspace of its own. */
let shared: ReturnType<typeof openShared> | undefined;
async function openShared() {
  const database = await testDatabase<WhatsappTables>();
  return { database, vault: await testVault(database.db) };
}
after(async () => (await shared)?.database[Symbol.asyncDispose]());

async function* pieces(content: Buffer, size = 10) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function setUp() {
  shared ??= openShared();
  const { database, vault } = await shared;
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder()).path;
  const workspaceId = newId<WorkspaceId>();
  const workspace = await inWorkspace(narrow<VaultTables>(database.db), workspaceId, (tx) =>
    vault.createWorkspace(tx, workspaceId),
  );
  let now = NOW;
  const clock = () => now;
  const ids = { numberId: newId<string>(), contactId: newId<string>() };
  return {
    ids,
    folder,
    vault,
    workspace,
    workspaceId,
    db: database.db,
    clock,
    tick: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    store: (upload: Pick<NewUpload, "declaredType" | "bytes">) =>
      storeUpload({ db: database.db, vault: workspace, clock, folder }, { ...ids, ...upload }),
    within: <Result>(work: Parameters<typeof inWorkspace<WhatsappTables, Result>>[2]) =>
      inWorkspace(database.db, workspaceId, work),
    async traces() {
      const rows = await inWorkspace(database.db, workspaceId, (tx) =>
        tx.selectFrom("whatsapp_media").select("id").execute(),
      );
      const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) =>
        file.isFile(),
      );
      return [rows.length, files.length];
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

test("an agent's file is sealed, ready, and there for messages to that contact from that number only", async () => {
  await using it = await setUp();
  const stored = await it.store({ declaredType: "image/png", bytes: pieces(PNG) });
  assert.deepEqual(stored, { id: stored.id, kind: "image", mimeType: "image/png", byteSize: PNG.length });

  const file = await it.within((tx) => openMedia(tx, it.workspace, it.folder, { mediaId: stored.id }));
  assert.ok((await buffer(file.content)).equals(PNG));
  const ranged = { mediaId: stored.id, range: { first: 1, last: 3 } };
  const part = await it.within((tx) => openMedia(tx, it.workspace, it.folder, ranged));
  assert.equal(String(await buffer(part.content)), "PNG");

  const take = (wanted: object) =>
    it.within((tx) => takeUpload(tx, it.workspaceId, { id: stored.id, ...it.ids, ...wanted }));
  assert.deepEqual(await take({}), stored);
  for (const wanted of [
    { contactId: newId<string>() },
    { numberId: newId<string>() },
    { id: newId<string>() },
  ]) {
    await assert.rejects(take(wanted), refused("media.upload_not_found"));
  }
});

for (const [title, declaredType, content, code] of [
  ["a type that WhatsApp does not take", "text/html", PDF, "media.type_not_allowed"],
  ["no type", "", PDF, "media.type_not_allowed"],
  ["a picture that is a document", "image/png", PDF, "media.type_mismatch"],
  ["a text that is a picture", "text/plain", PNG, "media.type_mismatch"],
  ["a picture that shows no type", "image/jpeg", Buffer.from("<svg onload=alert(1)>"), "media.type_mismatch"],
  ["nothing", "application/pdf", Buffer.alloc(0), "media.empty"],
  ["a sticker one byte too large", "image/webp", Buffer.alloc(MAX_BYTES.sticker + 1), "media.too_large"],
] as const) {
  test(`${title} is refused and leaves neither row nor file`, async () => {
    await using it = await setUp();
    await assert.rejects(it.store({ declaredType, bytes: pieces(content, 100_000) }), refused(code));
    assert.deepEqual(await it.traces(), [0, 0]);
  });
}

test("a file at the limit is taken", async () => {
  await using it = await setUp();
  const content = Buffer.concat([PNG, Buffer.alloc(MAX_BYTES.image - PNG.length)]);
  const stored = await it.store({ declaredType: "image/png", bytes: pieces(content, 100_000) });
  assert.equal(stored.byteSize, MAX_BYTES.image);
});

test("an upload that breaks off leaves neither row nor file", async () => {
  await using it = await setUp();
  async function* broken() {
    yield PNG;
    throw new Error("connection lost");
  }
  await assert.rejects(it.store({ declaredType: "image/png", bytes: broken() }), /connection lost/);
  assert.deepEqual(await it.traces(), [0, 0]);
});

test("Meta gets a file once while it keeps it, and again when it may have dropped it", async () => {
  await using it = await setUp();
  const bodies: string[] = [];
  const server = createServer(async (request, reply) => {
    bodies.push((await buffer(request)).toString("latin1"));
    reply.setHeader("content-type", "application/json").end(JSON.stringify({ id: `4490${bodies.length}` }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using http = createHttpClient({ origins: [], loopbackOrigins: [origin] });
  const access = {
    ...it.ids,
    workspaceId: it.workspaceId,
    phoneNumberId: "106540352242922",
    wabaId: "1",
    appId: "1",
    host: "simulator" as const,
    baseUrl: origin,
    accessToken: new Secret("token"),
    appSecret: new Secret("secret"),
  };
  const graph = createGraphClient({ http, clock: it.clock, onCall: () => {} });
  const { id } = await it.store({ declaredType: "image/png", bytes: pieces(PNG) });
  const upload = () =>
    uploadMedia(
      { db: it.db, vault: it.vault, graph, clock: it.clock, folder: it.folder },
      { access, mediaId: id },
    );

  assert.equal(await upload(), "44901");
  assert.equal(await upload(), "44901");
  assert.ok(bodies[0]?.includes(PNG.toString("latin1")) && bodies[0].includes("image/png"));
  it.tick(28 * 24 * 60 * 60 * 1000 + 1);
  assert.equal(await upload(), "44902");
  assert.equal(bodies.length, 2);
  server.closeAllConnections();
  server.close();
});
