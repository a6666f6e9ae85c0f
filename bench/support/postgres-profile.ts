import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { SOCKET_PORT } from "../../server/platform/postgres/settings.ts";

/** As the built-in PostgreSQL's superuser, for what the program itself may not ask. */
async function asSuperuser<Result>(
  dataFolder: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const { superuser } = JSON.parse(readFileSync(join(dataFolder, "postgres-passwords.json"), "utf8"));
  const pidFile = readFileSync(join(dataFolder, "postgres/cluster/postmaster.pid"), "utf8").split("\n");
  const client = new pg.Client({
    ...{
      host: pidFile[4] ?? "",
      port: SOCKET_PORT,
      database: "wardroom",
      user: "postgres",
      password: superuser,
    },
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Lets PostgreSQL count its statements from its next start on. */
export async function countStatements(dataFolder: string): Promise<void> {
  await asSuperuser(dataFolder, async (client) => {
    await client.query("alter system set shared_preload_libraries = 'pg_stat_statements'");
    await client.query("alter system set track_io_timing = on");
    await client.query("create extension if not exists pg_stat_statements");
  });
}

export async function resetStatements(dataFolder: string): Promise<void> {
  await asSuperuser(dataFolder, (client) => client.query("select pg_stat_statements_reset()"));
}

/** The statements that took longest since the reset, as a table. */
export async function topStatements(dataFolder: string): Promise<string> {
  const { rows } = await asSuperuser(dataFolder, (client) =>
    client.query<{ calls: string; total: number; mean: number; rows: string; query: string }>(
      `select calls, total_exec_time + total_plan_time as total, mean_exec_time as mean, rows, query
       from pg_stat_statements order by total_exec_time desc limit 30`,
    ),
  );
  const head = "   calls  total ms  mean ms      rows  statement";
  const lines = rows.map(({ calls, total, mean, rows: count, query }) => {
    const figures = [
      calls.padStart(8),
      total.toFixed(0).padStart(9),
      mean.toFixed(3).padStart(8),
      count.padStart(9),
    ];
    return `${figures.join(" ")}  ${query.replaceAll(/\s+/g, " ").slice(0, 150)}`;
  });
  return [head, ...lines].join("\n");
}

/**
 * How PostgreSQL goes about the longest of them, as the program's own role with its row-level security. Plans for any
 * parameters (`generic_plan`), which is what a prepared statement gets once it was used a few times.
 */
export async function topPlans(dataFolder: string): Promise<string> {
  return await asSuperuser(dataFolder, async (client) => {
    const { rows } = await client.query<{ query: string; calls: string }>(
      `select query, calls from pg_stat_statements
       where query ~* '^\\s*(with|select|insert|update|delete)' and query !~ 'pg_stat_statements'
       order by total_exec_time desc limit 10`,
    );
    await client.query("set role wardroom_app");
    const plans: string[] = [];
    for (const { query, calls } of rows) {
      const plan = await client
        .query<{ "QUERY PLAN": string }>(`explain (generic_plan) ${query}`)
        .then((found) => found.rows.map((row) => row["QUERY PLAN"]).join("\n"))
        .catch((error: Error) => `no plan: ${error.message}`);
      plans.push(`${calls} calls: ${query.replaceAll(/\s+/g, " ")}\n${plan}`);
    }
    return plans.join("\n\n");
  });
}

/** Processor seconds of a PostgreSQL and all its processes, those that have ended included. Linux only. */
export function postgresSeconds(dataFolder: string): number {
  const [pid = ""] = readFileSync(join(dataFolder, "postgres/cluster/postmaster.pid"), "utf8").split("\n");
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return (
    processorSeconds(Number(pid)) + children.reduce((sum, child) => sum + processorSeconds(Number(child)), 0)
  );
}

const TICKS_PER_SECOND = 100;

/** Processor seconds of a process and of its children that have ended (proc(5), stat). */
export function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    return ticks / TICKS_PER_SECOND;
  } catch {
    return 0; // it has just ended
  }
}
