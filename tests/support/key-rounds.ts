import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { KyselyPlugin } from "kysely";
import pg from "pg";
import { pendingMac } from "../../server/audit/audit-log.ts";
import { bodyPlace, wamidPlace } from "../../server/inbox/stored-body.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import { newId, type WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { auditPendingLabel } from "../../server/vault/installation-label.ts";
import { keepNumber } from "../../server/whatsapp/numbers/keep-number.ts";
import { testDatabase } from "./database.ts";
import type { IngestChildReport, IngestChildSettings } from "./ingest-child.ts";
import { type KeyRoom, type KeyRoomSettings, openKeyRoom } from "./key-room.ts";
import { listSealedColumns } from "./sealed-columns.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A database, a key file on disk and a workspace with a number, for processes that work on them at once. */
export async function keyRounds() {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await temporaryFolder());
  const database = opened.use(await testDatabase());
  const settings: KeyRoomSettings = { url: database.appUrl.reveal(), folder: folder.path };
  const workspaceId = newId<WorkspaceId>();
  let numberId = "";
  {
    await using room = await openKeyRoom(settings);
    numberId = await makeWorkspace(room, workspaceId);
  }
  const superuser = new pg.Client(database.superuserUrl.reveal());
  await superuser.connect();
  opened.defer(() => superuser.end());
  const columns = await listSealedColumns(superuser);
  const children = new Set<ChildProcess>();
  opened.defer(async () => {
    for (const child of children) await kill(child);
  });
  const start = async (name: "ingest" | "rotator", environment: object) => {
    const path = new URL(`./${name}-child.ts`, import.meta.url).pathname;
    const child = spawn(process.execPath, [path], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { [`${name.toUpperCase()}_CHILD`]: JSON.stringify({ ...settings, ...environment }) },
    });
    children.add(child);
    const said: string[] = [];
    const closed = once(child, "close");
    const isReady = Promise.withResolvers<void>();
    createInterface({ input: child.stdout }).on("line", (line) => {
      said.push(line);
      if (line === "ready") isReady.resolve();
    });
    void closed.then(() => {
      children.delete(child);
      isReady.reject(new Error(`${name} ended before it was ready`));
    });
    await isReady.promise;
    return { child, said, closed };
  };

  const rest = opened.move();
  return {
    ...{ database, settings, workspaceId, numberId },
    open: (plugin?: KyselyPlugin) => openKeyRoom(settings, plugin),
    /** Takes messages of these contacts in until `end`, which returns what it saw. */
    async ingest(options: Pick<IngestChildSettings, "contacts" | "startsAt" | "writers">) {
      const { child, said, closed } = await start("ingest", { ...options, workspaceId, numberId });
      return {
        async end(): Promise<IngestChildReport> {
          child.stdin?.end();
          await closed;
          return JSON.parse(said.at(-1) ?? "null") as IngestChildReport;
        },
      };
    },
    /** Rotates everything over and over; `kill` ends it wherever it is and returns how much it had finished. */
    async rotator(leaseSeconds: number) {
      const { child, said } = await start("rotator", { leaseSeconds });
      return {
        async kill(): Promise<readonly string[]> {
          await kill(child);
          return said.filter((line) => line !== "ready");
        },
      };
    },
    /** Every sealed value of the database, by a hash of its bytes. */
    async sealedValues(): Promise<Map<string, { table: string; column: string; sealed: Buffer }>> {
      const values = new Map<string, { table: string; column: string; sealed: Buffer }>();
      for (const { table, column } of columns) {
        const { rows } = await superuser.query<{ sealed: Buffer }>(
          `select ${column} as sealed from ${table} where ${column} is not null`,
        );
        for (const { sealed } of rows) values.set(sha256(sealed), { table, column, sealed });
      }
      return values;
    },
    /** The columns that hold sealed values, as the application sees them within its workspace. */
    columns,
    /** Living versions by workspace, and the versions under which living keys are. */
    async versions(): Promise<{ living: string[]; used: string[] }> {
      const living = await superuser.query<{ name: string }>(
        "select workspace_id || ' ' || version as name from vault.workspace_key where wrapped is not null order by 1",
      );
      const used = await superuser.query<{ name: string }>(
        `select distinct workspace_id || ' ' || workspace_key_version as name from (
           select workspace_id, workspace_key_version from vault.data_key where wrapped is not null
           union all select workspace_id, workspace_key_version from vault.index_key) used order by 1`,
      );
      return { living: living.rows.map(({ name }) => name), used: used.rows.map(({ name }) => name) };
    },
    query: <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      superuser.query<Row>(text, values).then(({ rows }) => rows),
    /**
     * Opens all that can be, as a process that starts now: each message wholly, of the rest the keys. Returns how many
     * messages opened, and the hashes of values whose key is gone.
     */
    async openEverything(): Promise<{ messages: number; absent: Set<string> }> {
      await using room = await openKeyRoom(settings);
      const workspace = await room.foundation.vault.openWorkspace(workspaceId);
      const all = await this.sealedValues();
      const own = [...all].filter(([, { table }]) => !table.startsWith("identity_"));
      const absent = new Set<string>();
      await inWorkspace(room.db, workspaceId, async (tx) => {
        const keys = await workspace.keysOf(
          narrow(tx),
          own.map(([, { sealed }]) => sealed),
        );
        for (const [hash, { sealed }] of own) if (!keys.canOpen(sealed)) absent.add(hash);
      });
      const rows = await this.query<{ id: string; conversation_id: string; body: Buffer; wamid: Buffer }>(
        "select id, conversation_id, body_sealed as body, wamid_sealed as wamid from inbox_message",
      );
      let messages = 0;
      await inWorkspace(room.db, workspaceId, async (tx) => {
        const keys = await workspace.keysOf(
          narrow(tx),
          rows.flatMap(({ body, wamid }) => [body, wamid]),
        );
        for (const row of rows) {
          if (!keys.canOpen(row.body)) continue;
          const key = { id: row.id, conversationId: row.conversation_id };
          const body = JSON.parse(keys.openText(bodyPlace(key), row.body)).body.text;
          if (body !== `Hello from ${keys.openText(wamidPlace(key), row.wamid)}`)
            throw new Error("a message is not the one that was written");
          messages += 1;
        }
      });
      return { messages, absent };
    },
    /** Pending entries of the log, and how many of them no key of this installation accounts for. */
    async verifyLog(): Promise<{ pending: number; unverified: number }> {
      await using room = await openKeyRoom(settings);
      const { vault } = room.foundation;
      const rows = await this.query<{
        workspace_id: WorkspaceId;
        writer: string;
        counter: string;
        leaf_hash: Buffer;
        mac: Buffer;
      }>("select workspace_id, writer, counter, leaf_hash, mac from audit_pending");
      const keys = new Map<WorkspaceId, Secret<Buffer>[]>();
      for (const id of new Set(rows.map((row) => row.workspace_id))) {
        const label = auditPendingLabel(id);
        const bytes = [
          ...(await vault.listEarlierInstallationKeys(label)),
          await vault.deriveInstallationKey(label),
        ];
        keys.set(
          id,
          bytes.map((each) => new Secret(each)),
        );
      }
      const unverified = rows.filter((row) => {
        const fields = {
          ...{ workspaceId: row.workspace_id, writer: row.writer, counter: BigInt(row.counter) },
          leaf: row.leaf_hash,
        };
        return !(keys.get(row.workspace_id) ?? []).some((key) => pendingMac(key, fields).equals(row.mac));
      });
      return { pending: rows.length, unverified: unverified.length };
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

export type KeyRounds = Awaited<ReturnType<typeof keyRounds>>;

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The rows that a set-up makes, as far as keys and ingest need them. Returns the number's id. */
async function makeWorkspace(room: KeyRoom, workspaceId: WorkspaceId): Promise<string> {
  const { vault, audit } = room.foundation;
  await inWorkspace(room.db, workspaceId, async (tx) => {
    await tx
      .insertInto("identity_workspace_route")
      .values({ workspace_id: workspaceId, created_at: new Date() })
      .execute();
    await vault.createWorkspace(narrow(tx), workspaceId);
  });
  const ids = { appId: "4711", wabaId: "900", phoneNumberId: "106" };
  const secrets = { appSecret: new Secret("test-app-secret"), accessToken: new Secret("EAAJB-test-token") };
  const workspace = await vault.openWorkspace(workspaceId);
  return inWorkspace(room.db, workspaceId, (tx) =>
    keepNumber(
      narrow(tx),
      { vault: workspace, audit },
      {
        claim: {
          ...{ workspaceId, host: "simulator", baseUrl: "http://127.0.0.1:1", actor: "member:test" },
          credentials: { ...ids, ...secrets },
        },
        facts: {
          ...{ displayPhoneNumber: "+1 555 0100", verifiedName: "Falcon" },
          ...{ quality: "GREEN", throughput: 80 },
        },
        now: new Date(),
      },
    ),
  );
}
