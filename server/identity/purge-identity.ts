import type { Kysely } from "kysely";
import type { Tx } from "../platform/database.ts";
import { FORGOTTEN_MS } from "./attempts.ts";
import { DEVICE_MS } from "./devices/device.ts";
import type { IdentityTables } from "./tables.ts";

/**
 * Removes what ended by itself: sessions, answered challenges, and failed attempts that no longer count. For a job, some times a day; it
 * needs no workspace, because these tables are routing tables.
 */
export async function purgeIdentity(db: Kysely<IdentityTables>, now: Date): Promise<void> {
  await db.deleteFrom("identity_session").where("expires_at", "<=", now).execute();
  await db.deleteFrom("identity_spent_challenge").where("expires_at", "<=", now).execute();
  await db
    .deleteFrom("identity_attempt")
    .where("last_failure_at", "<", new Date(now.getTime() - FORGOTTEN_MS))
    .execute();
  // A person's run lasts until a success or another password: what is disabled stays so.
  await db
    .deleteFrom("identity_guess_run")
    .where("is_somebodys", "=", false)
    .where("last_failure_at", "<", new Date(now.getTime() - FORGOTTEN_MS))
    .execute();
}

/**
 * Removes the devices of a workspace that are past their time or were ended, with their routes, and networks that nobody
 * came from for as long. `tx` must be scoped to the workspace.
 */
export async function purgeDevices(tx: Tx<IdentityTables>, workspaceId: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - DEVICE_MS);
  const gone = await tx
    .deleteFrom("identity_device")
    .where("workspace_id", "=", workspaceId)
    .where((or) =>
      or.or([
        or("expires_at", "<", now),
        or.and([or("state", "=", "ended"), or("seen_at", "<", before)]),
        // Nobody approved it for as long as a session waits, and a day.
        or.and([or("state", "=", "waiting"), or("created_at", "<", new Date(now.getTime() - FORGOTTEN_MS))]),
      ]),
    )
    .returning("token_hash")
    .execute();
  if (gone.length > 0)
    await tx
      .deleteFrom("identity_device_route")
      .where(
        "token_hash",
        "in",
        gone.map((row) => row.token_hash),
      )
      .execute();
  await tx
    .deleteFrom("identity_network")
    .where("workspace_id", "=", workspaceId)
    .where("seen_at", "<", before)
    .execute();
}
