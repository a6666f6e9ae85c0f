import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { open, readdir, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeKeyFile, readKeyFile, syncFolder } from "./key-file.ts";
import { findRootKey, newRootKey, nextKeyPath, type RootKeySettings } from "./open-root-key.ts";
import type { RootKeyProvider } from "./root-key.ts";

/*
 * What lies on disk while the root key is changed. KEY is the file that the settings name; ids are in the names, so
 * that whoever is late does nothing to the files of a later change.
 *
 *   KEY                               before; a start uses it
 *   KEY, KEY.next-<id>                prepared: on disk before the database hears of it; a start uses KEY
 *   KEY, KEY.next-<id>                the database has taken it: a start finds it under the id that the database names
 *   KEY, KEY.next-<id>, KEY.old-<id>  the old one has a copy
 *   KEY, KEY.old-<id>                 KEY is the new one, in one rename
 *   KEY                               after: the old one is destroyed, when a key bundle under the new one is there
 *
 * Whoever is killed while writing one of them leaves a draft, KEY.old-<id>.<chance>.part, with the same key in it.
 */

export interface RootKeyFiles {
  /** Ids of keys that were made and not taken. */
  readonly prepared: readonly string[];
  /** Ids of keys that were replaced and not destroyed yet: a file or a draft holds them. */
  readonly replaced: readonly string[];
}

function oldKeyPath({ path }: RootKeySettings, id: string): string {
  return `${path}.old-${id}`;
}

/** What a change of the root key has left beside the key file. */
export async function listRootKeyFiles(settings: RootKeySettings): Promise<RootKeyFiles> {
  const [next, old] = [await listFiles(settings, "next"), await listFiles(settings, "old")];
  return {
    prepared: next.filter(({ isDraft }) => !isDraft).map(({ id }) => id),
    replaced: [...new Set(old.map(({ id }) => id))],
  };
}

interface KeyFile {
  readonly id: string;
  readonly path: string;
  readonly isDraft: boolean;
}

/** By id. */
async function listFiles({ path }: RootKeySettings, mark: "next" | "old"): Promise<KeyFile[]> {
  const start = `${basename(path)}.${mark}-`;
  const names = (await readdir(dirname(path)).catch(noFolder)).filter((name) => name.startsWith(start));
  return names.sort().flatMap((name) => {
    const [, id, draft] = /^([0-9a-f]{32})(\.[0-9a-f]+\.part)?$/.exec(name.slice(start.length)) ?? [];
    return id === undefined ? [] : [{ id, path: join(dirname(path), name), isDraft: draft !== undefined }];
  });
}

/**
 * The key that comes next: one that lies prepared, or a new one, on disk when this returns. Nobody else may prepare one
 * meanwhile: drafts of dead processes are destroyed. Throws StartFault.
 */
export async function prepareNextRootKey(settings: RootKeySettings): Promise<RootKeyProvider> {
  for (const { path, isDraft } of await listFiles(settings, "next")) if (isDraft) await destroyFile(path);
  const { prepared } = await listRootKeyFiles(settings);
  for (const id of prepared) {
    const key = await findRootKey(settings, nextKeyPath(settings, id));
    if (key !== undefined && (await key.id()) === id) return key;
  }
  const { text, key } = await newRootKey(settings);
  await makeKeyFile(nextKeyPath(settings, await key.id()), text);
  return key;
}

/** Gives the key file to the key `current`, which the database names, and keeps what was in it as an old one. */
export async function settleRootKeyFiles(settings: RootKeySettings, current: string): Promise<void> {
  const next = nextKeyPath(settings, current);
  if (!existsSync(next)) return;
  const text = await readKeyFile(settings.path);
  const before = await findRootKey(settings, settings.path);
  const beforeId = await before?.id();
  if (beforeId === current) return destroyFile(next);
  if (text !== undefined && beforeId !== undefined) await makeKeyFile(oldKeyPath(settings, beforeId), text);
  await rename(next, settings.path).catch(ignoreAbsent);
  await syncFolder(dirname(settings.path));
}

/**
 * Destroys the keys that were replaced: overwrites their files and drafts, then removes them. A disk that writes elsewhere each
 * time, as solid-state disks do, may hold the bytes for some time: whoever fears that encrypts the disk. Returns ids.
 */
export async function destroyReplacedRootKeys(settings: RootKeySettings): Promise<readonly string[]> {
  const { replaced } = await listRootKeyFiles(settings);
  for (const { path } of await listFiles(settings, "old")) await destroyFile(path);
  if (replaced.length > 0) await syncFolder(dirname(settings.path));
  return replaced;
}

async function destroyFile(path: string): Promise<void> {
  try {
    const file = await open(path, constants.O_WRONLY);
    try {
      const { size } = await file.stat();
      await file.write(randomBytes(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await unlink(path);
  } catch (error) {
    ignoreAbsent(error);
  }
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}

function noFolder(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
