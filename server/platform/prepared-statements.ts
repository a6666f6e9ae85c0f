import type pg from "pg";

/** Statements that one connection keeps. Ours: the hot paths have some forty; a list of variable length is another text each time. */
const MAX_STATEMENTS = 200;

/**
 * Settings of a connection whose statements all find their rows by index. A plan is made once and kept, also one made
 * while the tables were still empty: so the plans that are right only then are left out.
 */
const SETTINGS = `
  set plan_cache_mode = force_generic_plan;
  set enable_seqscan = off;
  set enable_hashjoin = off;
  set enable_mergejoin = off`;

/**
 * Makes a connection prepare each statement when it is first run, and plan it once: for few statements that run over
 * and over. Half of what PostgreSQL does for a small statement is to parse and to plan it (bench/RESULTS.md).
 *
 * The connection must be to PostgreSQL itself or through a pooler that knows prepared statements (PgBouncer from 1.21).
 */
export async function prepareStatements(client: pg.ClientBase): Promise<void> {
  await client.query(SETTINGS);
  const names = new Map<string, string>();
  const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
  const prepared = (text: unknown, values: unknown, ...rest: readonly unknown[]): unknown => {
    const name =
      typeof text === "string" && Array.isArray(values) && values.length > 0
        ? nameOf(names, text)
        : undefined;
    return name === undefined ? query(text, values, ...rest) : query({ name, text, values }, ...rest);
  };
  client.query = prepared as typeof client.query;
}

function nameOf(names: Map<string, string>, text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_STATEMENTS) return known;
  const name = `w${names.size}`;
  names.set(text, name);
  return name;
}
