import { databaseNow, lockDeletion, writeDeletion } from "../../server/access/deletion/deletion-row.ts";
import type { AccessTables } from "../../server/access/tables.ts";
import type { IdentityHandles } from "../../server/identity/handles.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../server/platform/ids.ts";

const MINUTE_MS = 60_000;

/** Lets seven days pass for a deletion that waits, the only way: the database's clock cannot be set. */
export async function makeDue(
  { vault, db }: Pick<IdentityHandles, "vault" | "db">,
  workspaceId: WorkspaceId,
): Promise<void> {
  const installation = await vault.openWorkspace(INSTALLATION);
  await inWorkspace(db, workspaceId, async (tx) => {
    const own = narrow<AccessTables>(tx);
    const waiting = await lockDeletion(own, installation, workspaceId);
    if (typeof waiting === "string") throw new Error(`the deletion is ${waiting}`);
    const dueAt = new Date((await databaseNow(own)).getTime() - MINUTE_MS);
    await writeDeletion(own, installation, { ...waiting, dueAt, version: waiting.version + 1 });
  });
}
