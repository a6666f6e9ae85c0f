import { narrow } from "../../platform/database.ts";
import { isLockTimeout } from "../../platform/database-errors.ts";
import type { VaultTables } from "../tables.ts";
import type { WorkspaceKeys } from "../workspace-keys.ts";
import { type Rewrapped, rewrapIndexKeys, rewrapOne, rewrapPage } from "./rewrap-keys.ts";
import { leaseKeeper, type RotationRun, withinRun } from "./rotation-run.ts";
import { listStaleIds, type StalePage } from "./rotation-store.ts";

/** Ours: the keys of a batch are held for some 20 ms, which no customer's message notices. */
const PAGE_KEYS = 250;

/** Before the first id. */
const START = "00000000-0000-0000-0000-000000000000";

/** Once through all data keys, in short transactions, past those that are in use. */
export async function passByPages(run: RotationRun, keys: WorkspaceKeys): Promise<Rewrapped> {
  const { workspaceId } = run;
  const sum = { rewrapped: 0, damaged: 0 };
  sum.damaged += await withinRun(run, (tx) => rewrapIndexKeys(narrow<VaultTables>(tx), workspaceId, keys));
  const keepLease = leaseKeeper(run);
  for (let after: string | undefined = START; after !== undefined && run.ended?.aborted !== true; ) {
    const page: StalePage = { below: keys.newest, after, limit: PAGE_KEYS };
    const done = await withinRun(run, (tx) => rewrapPage(narrow<VaultTables>(tx), workspaceId, keys, page));
    sum.rewrapped += done.rewrapped;
    sum.damaged += done.damaged;
    after = done.next;
    await keepLease();
  }
  return sum;
}

/** Those that were in use each time, waited for one by one. What is in use still is met again in the next pass. */
export async function passOneByOne(run: RotationRun, keys: WorkspaceKeys): Promise<Rewrapped> {
  const { workspaceId } = run;
  const sum = { rewrapped: 0, damaged: 0 };
  sum.damaged += await withinRun(run, (tx) => rewrapIndexKeys(narrow<VaultTables>(tx), workspaceId, keys));
  const keepLease = leaseKeeper(run);
  const page = { below: keys.newest, after: START, limit: PAGE_KEYS };
  for (const id of await withinRun(run, (tx) => listStaleIds(narrow<VaultTables>(tx), workspaceId, page))) {
    if (run.ended?.aborted === true) break;
    const done = await withinRun(run, (tx) =>
      rewrapOne(narrow<VaultTables>(tx), workspaceId, keys, id),
    ).catch((error: unknown) => {
      if (isLockTimeout(error)) return { rewrapped: 0, damaged: 0 };
      throw error;
    });
    sum.rewrapped += done.rewrapped;
    sum.damaged += done.damaged;
    await keepLease();
  }
  return sum;
}
