import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { inWorkspace } from "../../platform/database.ts";
import { isId, type WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";
import { workspaceFolder } from "./media-place.ts";

/** How old a file without a row must be, in ms. Ours: far above the time from the first byte to the commit. */
const MIN_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Removes what a crash left behind: drafts of files, and files whose row was never committed or is gone. Returns how
 * many. Touches nothing younger than a day, and nothing that does not look like ours.
 */
export async function sweepMediaFiles(
  { db, folder, now }: { readonly db: Kysely<WhatsappTables>; readonly folder: string; readonly now: Date },
  workspaceId: WorkspaceId,
): Promise<number> {
  let removed = 0;
  for (const shelf of await listFolder(workspaceFolder(folder, workspaceId))) {
    const path = join(workspaceFolder(folder, workspaceId), shelf);
    const old = await listOld(path, now);
    const kept = await findRows(db, workspaceId, old.filter(isId));
    for (const name of old) {
      if (!isOurs(name) || kept.has(name)) continue;
      await unlink(join(path, name));
      removed += 1;
    }
  }
  return removed;
}

/** A file's name is its id, and while it is written a mark and ".part" follow. */
function isOurs(name: string): boolean {
  const [id = "", mark] = name.split(".");
  return isId(id) && (mark === undefined || name.endsWith(".part"));
}

async function listOld(path: string, now: Date): Promise<string[]> {
  const old: string[] = [];
  for (const name of await listFolder(path)) {
    const { mtimeMs } = await stat(join(path, name));
    if (mtimeMs < now.getTime() - MIN_AGE_MS) old.push(name);
  }
  return old;
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

async function findRows(
  db: Kysely<WhatsappTables>,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await inWorkspace(db, workspaceId, (tx) =>
    tx
      .selectFrom("whatsapp_media")
      .select("id")
      .where("workspace_id", "=", workspaceId)
      .where("id", "in", ids)
      .execute(),
  );
  return new Set(rows.map(({ id }) => id));
}
