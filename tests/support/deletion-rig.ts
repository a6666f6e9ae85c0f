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

/** A deletion as if an Owner had asked for it more than a week ago. */
export async function askLongAgo(
  { vault, db }: Pick<IdentityHandles, "vault" | "db">,
  workspaceId: WorkspaceId,
): Promise<void> {
  const installation = await vault.openWorkspace(INSTALLATION);
  const day = new Date(Date.now() - 24 * 60 * MINUTE_MS);
  await inWorkspace(db, workspaceId, (tx) =>
    writeDeletion(narrow<AccessTables>(tx), installation, {
      ...{ workspaceId, state: "waiting", requestedAt: day, dueAt: day, decidedAt: null, version: 1 },
      requestedBy: workspaceId as never,
    }),
  );
}
