import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import { sql } from "kysely";
import { testDatabase } from "../../../tests/support/database.ts";
import { temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { testVault } from "../../../tests/support/vault.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { createHttpClient, type HttpClient } from "../../platform/http-client.ts";
import type { HttpRequest } from "../../platform/http-message.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { Secret } from "../../platform/secret.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { createGraphClient } from "../graph-client.ts";
import type { NumberAccess } from "../numbers/number-access.ts";
import type { WhatsappTables } from "../tables.ts";
import { enqueueMedia } from "./enqueue-media.ts";
import { type MediaFetch, runMediaFetch } from "./fetch-media.ts";
import { listMediaStates } from "./list-media-states.ts";
import { mediaPath } from "./media-place.ts";
import { openMedia } from "./open-media.ts";
import { sweepMediaFiles } from "./sweep-media-files.ts";

const NOW = new Date("2026-11-23T10:00:00Z");
const TOKEN = "EAAtoken";
const PNG = Buffer.concat([
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
  Buffer.alloc(200_000, 1),
]);
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest();

/** One for all tests of this file: each has a workspace of its own. */
let shared: ReturnType<typeof openShared> | undefined;
async function openShared() {
  const database = await testDatabase<WhatsappTables>();
  return { database, vault: await testVault(database.db) };
}
after(async () => (await shared)?.database[Symbol.asyncDispose]());

type Answer = (request: IncomingMessage, reply: ServerResponse) => void;

/** A host of the other side: `files` by path, and every request with the token that it carried. */
async function startHost() {
  const files = new Map<string, Answer>();
  const requests: Array<[path: string, token: string | undefined]> = [];
  const server = createServer((request, reply) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    requests.push([path, request.headers.authorization]);
    const answer = files.get(path);
    if (answer === undefined) reply.writeHead(404).end("gone");
    else answer(request, reply);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    files,
    requests,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const json =
  (value: object, status = 200): Answer =>
  (_, reply) =>
    void reply.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
const bytes =
  (content: Buffer): Answer =>
  (_, reply) =>
    void reply.end(content);

async function setUp(change: { host?: "meta" | "simulator"; http?: (real: HttpClient) => HttpClient } = {}) {
  shared ??= openShared();
  const { database, vault } = await shared;
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder()).path;
  const host = stack.use(await startHost());
  const elsewhere = stack.use(await startHost());
  const real = stack.use(
    createHttpClient({ origins: [], loopbackOrigins: [host.origin, elsewhere.origin], bodyTimeoutMs: 500 }),
  );
  const http = change.http?.(real) ?? real;
  const workspaceId = newId<WorkspaceId>();
  const workspace = await inWorkspace(narrow<VaultTables>(database.db), workspaceId, (tx) =>
    vault.createWorkspace(tx, workspaceId),
  );
  let now = NOW;
  const clock = () => now;
  const numberId = newId<string>();
  const contactId = newId<string>();
  const access: NumberAccess = {
    workspaceId,
    numberId,
    phoneNumberId: "106540352242922",
    wabaId: "102290129340398",
    appId: "1",
    host: change.host ?? "simulator",
    baseUrl: change.host === "meta" ? "https://graph.facebook.com" : host.origin,
    accessToken: new Secret(TOKEN),
    appSecret: new Secret("app-secret"),
  };
  const fetch: MediaFetch = {
    db: database.db,
    vault,
    graph: createGraphClient({ http, clock, onCall: () => {} }),
    http,
    clock,
    folder,
    accessNumber: async () => access,
  };
  const within = <Result>(work: Parameters<typeof inWorkspace<WhatsappTables, Result>>[2]) =>
    inWorkspace(database.db, workspaceId, work);
  return {
    host,
    elsewhere,
    folder,
    fetch,
    workspace,
    workspaceId,
    database,
    within,
    tick: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    async enqueue(hash: Buffer | null = sha256(PNG), mimeType = "image/png") {
      const id = newId<string>();
      const reference = { metaMediaId: "42", mimeType, sha256: hash, fileName: "a.png" };
      await within((tx) => enqueueMedia(tx, workspace, clock(), [{ id, numberId, contactId, reference }]));
      return id;
    },
    /** What Meta says of media 42. */
    describe(metadata: object) {
      host.files.set("/v25.0/42", json({ messaging_product: "whatsapp", id: "42", ...metadata }));
    },
    async stateOf(id: string) {
      const states = await within((tx) => listMediaStates(tx, workspaceId, [id]));
      const state = states.get(id);
      return [state?.state, state?.failure ?? state?.mimeType];
    },
    async read(id: string) {
      const file = await within((tx) => openMedia(tx, workspace, folder, { mediaId: id }));
      return { ...file, content: await buffer(file.content) };
    },
    async filesOnDisk() {
      return (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test("a file is asked for by number, fetched with the token, checked, sealed and opened again", async () => {
  await using it = await setUp();
  const url = `${it.host.origin}/file`;
  it.describe({
    url,
    sha256: sha256(PNG).toString("hex"),
    file_size: String(PNG.length),
    mime_type: "image/png",
  });
  const asked: string[] = [];
  const metadata = it.host.files.get("/v25.0/42");
  it.host.files.set("/v25.0/42", (request, reply) => {
    asked.push(new URL(request.url ?? "", url).searchParams.get("phone_number_id") ?? "");
    metadata?.(request, reply);
  });
  it.host.files.set("/file", bytes(PNG));
  const id = await it.enqueue();
  assert.deepEqual(await it.stateOf(id), ["waiting", "image/png"]);

  assert.equal(await runMediaFetch(it.fetch, it.workspaceId), 1);
  assert.equal(await runMediaFetch(it.fetch, it.workspaceId), 0);

  const file = await it.read(id);
  assert.deepEqual([file.size, file.mimeType, file.fileName], [PNG.length, "image/png", "a.png"]);
  assert.ok(file.content.equals(PNG));
  assert.deepEqual(asked, ["106540352242922"]);
  assert.deepEqual(
    it.host.requests,
    ["/v25.0/42", "/file"].map((path) => [path, `Bearer ${TOKEN}`]),
  );
  const onDisk = await readFile(mediaPath(it.folder, it.workspaceId, id));
  assert.equal(onDisk.includes(PNG.subarray(0, 16)), false);
  assert.deepEqual(await it.filesOnDisk(), [id]);
});

test("a hash is compared as bytes, in base64 as in hex; without any hash the size counts", async () => {
  await using it = await setUp();
  it.host.files.set("/file", bytes(PNG));
  for (const [metadata, hash] of [
    [{ sha256: sha256(PNG).toString("base64") }, null],
    [{}, sha256(PNG)],
    [{ file_size: PNG.length }, null],
  ] as const) {
    it.describe({ url: `${it.host.origin}/file`, ...metadata });
    const id = await it.enqueue(hash);
    await runMediaFetch(it.fetch, it.workspaceId);
    assert.deepEqual(await it.stateOf(id), ["ready", "image/png"]);
  }
});

for (const [title, metadata, hash] of [
  ["the webhook's hash", {}, sha256(Buffer.from("other"))],
  ["the metadata's hash", { sha256: sha256(Buffer.from("other")).toString("hex") }, sha256(PNG)],
  ["the declared size", { file_size: String(PNG.length + 1) }, null],
] as const) {
  test(`bytes that differ from ${title} are tried three times and never kept`, async () => {
    await using it = await setUp();
    it.describe({ url: `${it.host.origin}/file`, ...metadata });
    it.host.files.set("/file", bytes(PNG));
    const id = await it.enqueue(hash);
    for (const state of ["waiting", "waiting", "failed"]) {
      await runMediaFetch(it.fetch, it.workspaceId);
      assert.equal((await it.stateOf(id))[0], state);
      it.tick(60 * 60 * 1000);
    }
    assert.deepEqual(await it.stateOf(id), ["failed", "media.hash_mismatch"]);
    assert.deepEqual(await it.filesOnDisk(), []);
  });
}

test("a redirect is not followed, whatever it points at, and ends the fetch", async () => {
  await using it = await setUp();
  it.elsewhere.files.set("/admin", bytes(PNG));
  it.describe({ url: `${it.host.origin}/file` });
  it.host.files.set("/file", (_, reply) => {
    reply.writeHead(302, { location: `${it.elsewhere.origin}/admin` }).end();
  });
  const id = await it.enqueue();
  await runMediaFetch(it.fetch, it.workspaceId);
  assert.deepEqual(await it.stateOf(id), ["failed", "media.refused_address"]);
  assert.deepEqual(it.elsewhere.requests, []);
});

test("an address on another host gets no request and no token, although the client may call it", async () => {
  await using it = await setUp();
  it.elsewhere.files.set("/file", bytes(PNG));
  for (const url of [
    `${it.elsewhere.origin}/file`,
    "https://graph.facebook.com/file",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "nonsense",
  ]) {
    it.describe({ url });
    const id = await it.enqueue();
    await runMediaFetch(it.fetch, it.workspaceId);
    assert.deepEqual(await it.stateOf(id), ["failed", "media.refused_address"], url);
  }
  assert.deepEqual(it.elsewhere.requests, []);
});

/** Takes graph.facebook.com and lookaside.fbsbx.com to be `origin`, as a name server might. */
function rerouted(real: HttpClient, origin: () => string, seen: string[]): HttpClient {
  const reroute = (request: HttpRequest): HttpRequest => {
    const url = new URL(String(request.url));
    seen.push(url.origin);
    if (/^(graph\.facebook|lookaside\.fbsbx)\.com$/.test(url.hostname)) {
      return { ...request, url: `${origin()}${url.pathname}${url.search}` };
    }
    return request;
  };
  return {
    send: (request) => real.send(reroute(request)),
    open: (request) => real.open(reroute(request)),
    tlsVersion: (name) => real.tlsVersion(name),
    [Symbol.asyncDispose]: async () => {},
  };
}

test("a number at Meta is served by Meta's two hosts and not by this machine", async () => {
  const seen: string[] = [];
  let origin = "";
  await using it = await setUp({ host: "meta", http: (real) => rerouted(real, () => origin, seen) });
  origin = it.host.origin;
  it.host.files.set("/file", bytes(PNG));
  it.elsewhere.files.set("/file", bytes(PNG));
  for (const [url, state] of [
    ["https://lookaside.fbsbx.com/file", "ready"],
    ["https://graph.facebook.com/file", "ready"],
    [`${it.elsewhere.origin}/file`, "failed"],
    [`${it.host.origin}/file`, "failed"],
    ["https://lookaside.fbsbx.com.example.com/file", "failed"],
    ["http://lookaside.fbsbx.com/file", "failed"],
    ["https://lookaside.fbsbx.com:8443/file", "failed"],
  ] as const) {
    it.describe({ url });
    const id = await it.enqueue();
    await runMediaFetch(it.fetch, it.workspaceId);
    assert.equal((await it.stateOf(id))[0], state, url);
  }
  assert.deepEqual([...new Set(seen)].toSorted(), [
    "https://graph.facebook.com",
    "https://lookaside.fbsbx.com",
  ]);
  assert.deepEqual(it.elsewhere.requests, []);
});

test("a file above 100 MB is refused by its description, or as soon as it proves to be", async () => {
  await using it = await setUp();
  const url = `${it.host.origin}/file`;
  it.host.files.set("/file", (_, reply) => {
    reply.setHeader("content-length", 100 * 1024 * 1024 + 1);
    reply.flushHeaders();
  });
  for (const metadata of [{ file_size: String(100 * 1024 * 1024 + 1) }, { file_size: "10" }]) {
    it.describe({ url, ...metadata });
    const id = await it.enqueue();
    await runMediaFetch(it.fetch, it.workspaceId);
    assert.deepEqual(await it.stateOf(id), ["failed", "media.too_large"]);
  }
  assert.deepEqual(await it.filesOnDisk(), []);
});

test("an address that has expired is asked for again at once", async () => {
  await using it = await setUp();
  let asked = 0;
  it.host.files.set("/v25.0/42", (request, reply) => {
    asked += 1;
    json({ url: `${it.host.origin}/file${asked}` })(request, reply);
  });
  it.host.files.set("/file2", bytes(PNG));
  const id = await it.enqueue();
  await runMediaFetch(it.fetch, it.workspaceId);
  assert.deepEqual(await it.stateOf(id), ["ready", "image/png"]);
  assert.equal(asked, 2);
});

test("a file that Meta does not have any more is expired after three attempts", async () => {
  await using it = await setUp();
  const id = await it.enqueue();
  const error = { code: 100, error_subcode: 33, message: "Unsupported get request." };
  it.host.files.set("/v25.0/42", json({ error }, 400));
  for (let n = 0; n < 3; n++) {
    await runMediaFetch(it.fetch, it.workspaceId);
    it.tick(60 * 60 * 1000);
  }
  assert.deepEqual(await it.stateOf(id), ["failed", "media.expired"]);
});

test("a file that breaks off is tried again after a growing pause, and then kept whole", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  it.host.files.set("/file", (_, reply) => {
    reply.setHeader("content-length", PNG.length);
    reply.write(PNG.subarray(0, 1000), () => reply.destroy());
  });
  const id = await it.enqueue();
  const waits: number[] = [];
  for (let n = 0; n < 3; n++) {
    await runMediaFetch(it.fetch, it.workspaceId);
    assert.equal(await runMediaFetch(it.fetch, it.workspaceId), 0);
    const row = await it.within((tx) =>
      tx.selectFrom("whatsapp_media").select(["due_at", "state"]).executeTakeFirstOrThrow(),
    );
    assert.equal(row.state, "waiting");
    waits.push(row.due_at.getTime() - it.fetch.clock().getTime());
    it.tick(waits.at(-1) ?? 0);
  }
  assert.deepEqual(waits, [5_000, 15_000, 45_000]);
  assert.deepEqual(await it.filesOnDisk(), []);
  it.host.files.set("/file", bytes(PNG));
  await runMediaFetch(it.fetch, it.workspaceId);
  assert.ok((await it.read(id)).content.equals(PNG));
});

test("a fetcher that died leaves its row to the next one, but not before its lease has ended", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  it.host.files.set("/file", bytes(PNG));
  const id = await it.enqueue();
  const dying = {
    ...it.fetch,
    vault: { ...it.fetch.vault, openWorkspace: () => Promise.reject(new Error("died")) },
  };
  await assert.rejects(runMediaFetch(dying, it.workspaceId), /died/);
  assert.deepEqual(await it.stateOf(id), ["waiting", "image/png"]);
  it.tick(10 * 60 * 1000 - 1);
  assert.equal(await runMediaFetch(it.fetch, it.workspaceId), 0);
  it.tick(1);
  assert.equal(await runMediaFetch(it.fetch, it.workspaceId), 1);
  assert.equal((await it.stateOf(id))[0], "ready");
});

test("a fetcher whose lease was taken over changes nothing any more", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  let release = () => {};
  const held = new Promise<void>((done) => {
    it.host.files.set("/file", (_, reply) => {
      release = () => reply.destroy();
      done();
    });
  });
  const id = await it.enqueue();
  const slow = runMediaFetch(it.fetch, it.workspaceId);
  await held;
  it.host.files.set("/file", bytes(PNG));
  it.tick(10 * 60 * 1000);
  await runMediaFetch(it.fetch, it.workspaceId);
  release();
  await slow;
  assert.equal((await it.stateOf(id))[0], "ready");
  assert.ok((await it.read(id)).content.equals(PNG));
});

test("a fetcher that fails after it was taken over does not end the work of the one that has the file", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  const replies: ServerResponse[] = [];
  let arrived = Promise.withResolvers<void>();
  it.host.files.set("/file", (_, reply) => {
    replies.push(reply);
    arrived.resolve();
  });
  const id = await it.enqueue();
  const slow = runMediaFetch(it.fetch, it.workspaceId);
  await arrived.promise;
  arrived = Promise.withResolvers();
  it.tick(10 * 60 * 1000);
  const second = runMediaFetch(it.fetch, it.workspaceId);
  await arrived.promise;
  replies[0]?.destroy();
  await slow;
  it.tick(60_000);
  assert.equal(await runMediaFetch(it.fetch, it.workspaceId), 0);
  replies[1]?.end(PNG);
  await second;
  assert.equal((await it.stateOf(id))[0], "ready");
});

test("a row that another transaction holds is passed by, not waited for", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  it.host.files.set("/file", bytes(PNG));
  const held = await it.enqueue();
  const free = await it.enqueue();
  await it.within(async (tx) => {
    await tx.selectFrom("whatsapp_media").select("id").where("id", "=", held).forUpdate().execute();
    assert.equal(await runMediaFetch(it.fetch, it.workspaceId), 1);
  });
  assert.deepEqual(
    [await it.stateOf(held), await it.stateOf(free)].map(([state]) => state),
    ["waiting", "ready"],
  );
});

test("two fetchers at once take different files", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  it.host.files.set("/file", bytes(PNG));
  const ids = [];
  for (let n = 0; n < 8; n++) ids.push(await it.enqueue());
  const taken = await Promise.all([
    runMediaFetch(it.fetch, it.workspaceId),
    runMediaFetch(it.fetch, it.workspaceId),
  ]);
  assert.deepEqual(taken, [4, 4]);
  assert.equal(it.host.requests.filter(([path]) => path === "/file").length, 8);
  for (const id of ids) assert.equal((await it.stateOf(id))[0], "ready");
});

test("a declared type is kept only where the bytes bear it out", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  for (const [content, declared, kept] of [
    [PNG, "application/pdf", "image/png"],
    [Buffer.from("<html><script>alert(1)</script>"), "text/html", "application/octet-stream"],
    [Buffer.from("<html><script>alert(1)</script>"), "image/png", "application/octet-stream"],
    [Buffer.from("plain words"), "text/plain", "text/plain"],
    [Buffer.from("x"), "text/html\r\nset-cookie: a=b", "application/octet-stream"],
  ] as const) {
    it.host.files.set("/file", bytes(content));
    const id = await it.enqueue(sha256(content), declared);
    await runMediaFetch(it.fetch, it.workspaceId);
    assert.deepEqual(await it.stateOf(id), ["ready", kept]);
  }
});

test("a disk that takes nothing is our fault and tried again, and the connection is given up at once", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  const closed = new Promise<void>((done) => {
    it.host.files.set("/file", (_, reply) => {
      reply.once("close", done).write(PNG);
    });
  });
  const id = await it.enqueue();
  const inTheWay = join(it.folder, it.workspaceId);
  await writeFile(inTheWay, "");
  await runMediaFetch(it.fetch, it.workspaceId);
  await closed;
  assert.deepEqual(await it.stateOf(id), ["waiting", "image/png"]);
  const row = await it.within((tx) => tx.selectFrom("whatsapp_media").select("failure").executeTakeFirst());
  assert.equal(row?.failure, "media.not_stored");
  await rm(inTheWay);
  it.host.files.set("/file", bytes(PNG));
  it.tick(5_000);
  await runMediaFetch(it.fetch, it.workspaceId);
  assert.equal((await it.stateOf(id))[0], "ready");
});

test("when the contact's keys are destroyed the fetch ends, and a file that was kept is gone", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  it.host.files.set("/file", bytes(PNG));
  const kept = await it.enqueue();
  await runMediaFetch(it.fetch, it.workspaceId);
  const waiting = await it.enqueue();
  await inWorkspace(narrow<VaultTables>(it.database.db), it.workspaceId, (tx) =>
    sql`update vault.data_key set wrapped = null, destroyed_at = now() where class = 'conversation'`.execute(
      tx,
    ),
  );
  await runMediaFetch(it.fetch, it.workspaceId);
  assert.deepEqual(await it.stateOf(waiting), ["failed", "media.erased"]);
  assert.ok(existsSync(mediaPath(it.folder, it.workspaceId, kept)));
});

test("what is not ready, not there or not ours does not open", async () => {
  await using it = await setUp();
  const open = (mediaId: string) => it.within((tx) => openMedia(tx, it.workspace, it.folder, { mediaId }));
  const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
  await assert.rejects(open(newId<string>()), refused("media.not_found"));
  const id = await it.enqueue();
  await assert.rejects(open(id), refused("media.not_ready"));
  await it.within((tx) =>
    tx.updateTable("whatsapp_media").set({ state: "ready" }).where("id", "=", id).execute(),
  );
  await assert.rejects(open(id), refused("media.gone"));
});

test("sweeping takes old drafts and files without a row, and leaves everything else", async () => {
  await using it = await setUp();
  it.describe({ url: `${it.host.origin}/file` });
  it.host.files.set("/file", bytes(PNG));
  const kept = await it.enqueue();
  await runMediaFetch(it.fetch, it.workspaceId);
  const orphan = newId<string>();
  const draft = `${newId<string>()}.${randomBytes(8).toString("hex")}.part`;
  const young = newId<string>();
  const shelf = join(it.folder, it.workspaceId, kept.slice(-2));
  await mkdir(shelf, { recursive: true });
  for (const name of [orphan, draft, young, "README"]) await writeFile(join(shelf, name), "x");
  const old = new Date(NOW.getTime() - 25 * 60 * 60 * 1000);
  for (const name of [orphan, draft, "README", kept]) await utimes(join(shelf, name), old, old);
  await utimes(join(shelf, young), NOW, NOW);

  assert.equal(await sweepMediaFiles({ db: it.database.db, folder: it.folder, now: NOW }, it.workspaceId), 2);
  assert.deepEqual((await it.filesOnDisk()).toSorted(), ["README", kept, young].toSorted());
  assert.equal(await sweepMediaFiles({ db: it.database.db, folder: it.folder, now: NOW }, newId()), 0);
});
