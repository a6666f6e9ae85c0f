import type pg from "pg";
import { noteBegun, noteFinished } from "./ledger.ts";
import type { Migration, MigrationWork } from "./migration.ts";

/**
 * Rows of one batch. Ours: some tens of ms in which their rows are locked; a webhook that wants one of them waits no
 * longer than that.
 */
const BATCH_ROWS = 2_000;

/**
 * How often a workspace is gone through. Rows that others wrote behind us are found by the count at its end; what is
 * still there after so many passes is not what the migration says it changes.
 */
const MAX_PASSES = 3;

export interface RowsDone {
  readonly done: number;
  /** Rows that were there to be changed when the first start began. */
  readonly total: number;
}

type Backfill = Extract<MigrationWork, { kind: "backfill" }>;

/**
 * Changes rows in batches, workspace by workspace: forced row-level security hides rows from the owner, too, so a
 * statement over all of them would change none and say nothing. How far it came commits with each batch: a start after
 * a crash goes on there, and no row is changed twice.
 *
 * `scopes` lists the workspaces. `batch` gets where the last one ended ($1, '' at first) and a number of rows ($2); it
 * returns `reached` (null: nothing was left) and `changed`. `left` counts what is still to be changed.
 */
export async function applyBackfill(
  client: pg.Client,
  migration: Migration & { readonly work: Backfill },
  onRows: (rows: RowsDone) => void,
): Promise<void> {
  const { work } = migration;
  await noteBegun(client, migration);
  const scopes = await listScopes(client, work);
  const rows = { done: await changedBefore(client, migration), total: 0 };
  rows.total = rows.done;
  for (const scope of scopes) rows.total += await countLeft(client, work, scope);
  onRows({ ...rows });

  for (const scope of scopes) {
    await fillScope(client, migration, scope, (changed) => {
      rows.done += changed;
      onRows({ ...rows });
    });
  }
  await inTransaction(client, async () => {
    await client.query("delete from platform_backfill where migration = $1", [migration.name]);
    await noteFinished(client, migration);
  });
}

async function fillScope(
  client: pg.Client,
  migration: Migration & { readonly work: Backfill },
  scope: string,
  onChanged: (rows: number) => void,
): Promise<void> {
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    while (await fillBatch(client, migration, scope, onChanged));
    if ((await countLeft(client, migration.work, scope)) === 0) return;
    await client.query("update platform_backfill set reached = '' where migration = $1 and scope = $2", [
      migration.name,
      scope,
    ]);
  }
  const left = await countLeft(client, migration.work, scope);
  throw new Error(`${migration.name}: ${left} rows of ${scope} are left after ${MAX_PASSES} passes`);
}

/** False when nothing was left. */
async function fillBatch(
  client: pg.Client,
  { name, work }: Migration & { readonly work: Backfill },
  scope: string,
  onChanged: (rows: number) => void,
): Promise<boolean> {
  const changed = await inTransaction(client, async () => {
    await enter(client, scope);
    const before = await client.query<{ reached: string }>(
      "select reached from platform_backfill where migration = $1 and scope = $2",
      [name, scope],
    );
    const { rows } = await client.query<{ reached: string | null; changed: string | number }>(work.batch, [
      before.rows[0]?.reached ?? "",
      BATCH_ROWS,
    ]);
    const [batch] = rows;
    if (batch === undefined) throw new Error(`${name}: its batch says nothing of where it ended`);
    if (batch.reached === null) return undefined;
    await client.query(
      `insert into platform_backfill as b (migration, scope, reached, changed) values ($1, $2, $3, $4)
       on conflict (migration, scope) do update
       set reached = excluded.reached, changed = b.changed + excluded.changed`,
      [name, scope, batch.reached, batch.changed],
    );
    return Number(batch.changed);
  });
  if (changed === undefined) return false;
  onChanged(changed);
  return true;
}

async function listScopes(client: pg.Client, { scopes }: Backfill): Promise<string[]> {
  const { rows } = await client.query<[string]>({ text: scopes, rowMode: "array" });
  return rows.map(([scope]) => scope);
}

async function changedBefore(client: pg.Client, { name }: Migration): Promise<number> {
  const { rows } = await client.query<{ changed: string }>(
    "select coalesce(sum(changed), 0) as changed from platform_backfill where migration = $1",
    [name],
  );
  return Number(rows[0]?.changed ?? 0);
}

async function countLeft(client: pg.Client, { left }: Backfill, scope: string): Promise<number> {
  return inTransaction(client, async () => {
    await enter(client, scope);
    const { rows } = await client.query<[string]>({ text: left, rowMode: "array" });
    return Number(rows[0]?.[0] ?? 0);
  });
}

async function enter(client: pg.Client, scope: string): Promise<void> {
  await client.query("select set_config('app.workspace', $1, true)", [scope]);
}

async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query("begin");
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}
