import pg from "pg";

/** What PostgreSQL's statistics say of one table. */
export interface TableSize {
  readonly live: number;
  readonly dead: number;
}

/** Every table of the product, by its name. The figures are PostgreSQL's estimates, a second or so old. */
export async function listTableSizes(superuserUrl: string): Promise<ReadonlyMap<string, TableSize>> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; live: string; dead: string }>(
      `select relname as name, n_live_tup as live, n_dead_tup as dead from pg_stat_user_tables
       where schemaname in ('public', 'vault')`,
    );
    return new Map(rows.map(({ name, live, dead }) => [name, { live: Number(live), dead: Number(dead) }]));
  } finally {
    await client.end();
  }
}
