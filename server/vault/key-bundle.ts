import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Kysely } from "kysely";
import { z } from "zod";
import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import { deriveKey, takeKey } from "./derive-key.ts";
import {
  encodeRow,
  findRootCheckRow,
  KEY_BUNDLE_ROW,
  type KeyBundleRow,
  listDataKeyRows,
  listIndexKeyRows,
  listWorkspaceKeyRows,
} from "./key-bundle-row.ts";
import { openStream, writeWhole } from "./sealed-file.ts";
import type { StreamKey } from "./sealed-stream.ts";
import type { VaultTables } from "./tables.ts";
import { Unreadable } from "./unreadable.ts";
import type { Vault } from "./vault.ts";

/**
 * The backup of the keys, apart from every backup of the data. What was erased stays readable for as long as a bundle
 * from before the erasure exists together with a backup of the data, so this number is part of the erasure horizon.
 */
export const KEY_BUNDLE_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/** Ours: rows per query, a few MB. */
const PAGE_ROWS = 5_000;

/* The file: 16 bytes of format, 16 of salt, then a sealed stream of lines of JSON. */
const FORMAT = Buffer.from("wardroom-keys/1\n");
const SALT_BYTES = 16;
const NAME = /^wardroom-keys-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.sealed(\.[0-9a-f]+\.part)?$/;

const END = z.strictObject({ table: z.literal("end"), rows: z.int() });

export interface WriteKeyBundle {
  readonly db: Kysely<VaultTables>;
  readonly vault: Vault;
  /** Every workspace there is. The installation's own keys are added. */
  readonly workspaceIds: readonly WorkspaceId[];
  readonly folder: string;
  readonly now: Date;
}

export interface KeyBundle {
  readonly path: string;
  readonly writtenAt: Date;
}

/**
 * Writes all of schema vault as one sealed file, reads it back to the end, and only then removes generations past
 * their lifetime. Throws, and leaves the older ones as they were, when what it reads is not what it wrote, or names a
 * workspace key that is not in it, or the root key was changed meanwhile.
 */
export async function writeKeyBundle(
  options: WriteKeyBundle,
): Promise<KeyBundle & { readonly rows: number }> {
  const { vault, folder, now } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `wardroom-keys-${now.toISOString().replaceAll(":", "-")}.sealed`);
  const salt = randomBytes(SALT_BYTES);
  await vault.describeRoot(); // which looks whether another process has changed it
  let rows = 0;
  async function* lines(): AsyncGenerator<Buffer> {
    for await (const row of listRows(options)) {
      rows += 1;
      yield Buffer.from(`${encodeRow(row)}\n`);
    }
    yield Buffer.from(`${JSON.stringify({ table: "end", rows })}\n`);
  }
  await writeWhole(path, Buffer.concat([FORMAT, salt]), await streamKey(vault, salt), lines());
  try {
    await verify(vault, path, rows);
  } catch (error) {
    await unlink(path);
    throw error;
  }
  await removeExpired(folder, now);
  return { path, writtenAt: now, rows };
}

/** The rows of a bundle. Throws Unreadable when it was changed or cut, or was written under another root key. */
export async function* readKeyBundle(vault: Vault, path: string): AsyncGenerator<KeyBundleRow> {
  const file = await open(path, "r");
  let content: Readable;
  try {
    const head = Buffer.alloc(FORMAT.length + SALT_BYTES);
    await file.read(head, 0, head.length, 0);
    if (!head.subarray(0, FORMAT.length).equals(FORMAT)) throw new Unreadable("malformed");
    const key = await streamKey(vault, head.subarray(FORMAT.length));
    content = (await openStream(file, head.length, key)).content;
  } catch (error) {
    await file.close();
    throw error;
  }
  let rows = 0;
  for await (const line of linesOf(content)) {
    const value: unknown = JSON.parse(line);
    const end = END.safeParse(value);
    if (end.success) {
      if (end.data.rows !== rows) throw new Unreadable("malformed");
      return;
    }
    rows += 1;
    yield KEY_BUNDLE_ROW.parse(value);
  }
  throw new Unreadable("malformed");
}

/** Removes every generation but `newest`: those from before a change of the root key open with no key any more. */
export async function removeOlderKeyBundles(folder: string, newest: KeyBundle): Promise<number> {
  const older = (await listFiles(folder)).filter(({ path }) => path !== newest.path);
  for (const { path } of older) await unlink(path);
  return older.length;
}

/** The bundles in a folder, newest first. */
export async function listKeyBundles(folder: string): Promise<KeyBundle[]> {
  const files = await listFiles(folder);
  return files
    .filter(({ isDraft }) => !isDraft)
    .map(({ path, writtenAt }) => ({ path, writtenAt }))
    .sort((a, b) => b.writtenAt.getTime() - a.writtenAt.getTime());
}

/** A draft is what a writer left behind that was killed. It holds keys like any bundle. */
async function listFiles(folder: string): Promise<Array<KeyBundle & { readonly isDraft: boolean }>> {
  const files: Array<KeyBundle & { readonly isDraft: boolean }> = [];
  for (const name of await readdir(folder).catch(noFolder)) {
    const [match, day, hour, minute, second, draft] = NAME.exec(name) ?? [];
    if (match === undefined) continue;
    const writtenAt = new Date(`${day}${hour}:${minute}:${second}`);
    files.push({ path: join(folder, name), writtenAt, isDraft: draft !== undefined });
  }
  return files;
}

/**
 * In short transactions. A rotation may run meanwhile: the workspace keys are therefore read before and after the
 * data keys, and a version that either reading saw alive is in the bundle.
 */
async function* listRows({ db, vault, workspaceIds }: WriteKeyBundle): AsyncGenerator<KeyBundleRow> {
  const rootId = (await vault.describeRoot()).id;
  const check = await findRootCheckRow(db);
  if (check !== undefined) yield check;
  for (const workspaceId of new Set([INSTALLATION, ...workspaceIds])) {
    const before = await inWorkspace(db, workspaceId, listWorkspaceKeyRows);
    yield* await inWorkspace(db, workspaceId, listIndexKeyRows);
    yield* listAllDataKeyRows(db, workspaceId);
    const versions = new Map(before.map((row) => [row.version, row]));
    for (const row of await inWorkspace(db, workspaceId, listWorkspaceKeyRows)) {
      if (!versions.has(row.version)) versions.set(row.version, row);
    }
    yield* versions.values();
  }
  // Rows from before and after a change of the root key do not open with one key, nor with that which seals the file.
  const after = await findRootCheckRow(db);
  if (check?.rootKey.toString("hex") !== rootId || after?.rootKey.toString("hex") !== rootId)
    throw new Error("The root key was changed while a key bundle was written");
}

async function* listAllDataKeyRows(
  db: Kysely<VaultTables>,
  workspaceId: WorkspaceId,
): AsyncGenerator<KeyBundleRow> {
  let after: string | undefined = INSTALLATION;
  while (after !== undefined) {
    const page: { after: string; limit: number } = { after, limit: PAGE_ROWS };
    const rows = await inWorkspace(db, workspaceId, (tx) => listDataKeyRows(tx, page));
    yield* rows;
    after = rows.length < PAGE_ROWS ? undefined : rows.at(-1)?.id;
  }
}

/** Not readline: it turns a stream's error into an uncaught one. */
async function* linesOf(content: Readable): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of content as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      yield rest.toString("utf8", 0, end);
      rest = rest.subarray(end + 1);
    }
  }
}

async function streamKey(vault: Vault, salt: Buffer): Promise<StreamKey> {
  const key = takeKey(await vault.deriveInstallationKey("key-bundle/v1"));
  return { key: deriveKey(key, "wardroom/key-bundle/v1", salt), associated: FORMAT };
}

async function verify(vault: Vault, path: string, expected: number): Promise<void> {
  let rows = 0;
  const living = new Set<string>();
  const needed = new Set<string>();
  for await (const row of readKeyBundle(vault, path)) {
    rows += 1;
    if (row.table === "root_check" || row.wrapped === null) continue;
    if (row.table === "workspace_key") living.add(`${row.workspaceId} ${row.version}`);
    else needed.add(`${row.workspaceId} ${row.workspaceKeyVersion}`);
  }
  if (rows !== expected) throw new Error(`The key bundle has ${rows} rows, but ${expected} were written`);
  // Two rotations would have to begin and end while the rows of one workspace were read.
  for (const version of needed)
    if (!living.has(version)) throw new Error("The key bundle lacks a workspace key that its data keys need");
}

async function removeExpired(folder: string, now: Date): Promise<void> {
  for (const { path, writtenAt } of await listFiles(folder)) {
    if (now.getTime() - writtenAt.getTime() > KEY_BUNDLE_LIFETIME_MS) await unlink(path);
  }
}

function noFolder(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
