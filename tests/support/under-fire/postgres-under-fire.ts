import { readdirSync, readFileSync, realpathSync } from "node:fs";
import pg from "pg";
import { findPostmaster } from "../../../server/platform/postgres/postmaster.ts";

/** What can befall a PostgreSQL from outside. `cluster` is its folder, in which all its processes work. */
export function killPostmaster(cluster: string): void {
  const pid = findPostmaster(cluster);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
}

/** Kills the session of some connection of the application; PostgreSQL ends all others as well, and starts over. */
export function killBackend(cluster: string): void {
  const [pid] = listProcesses(cluster).filter((one) => titleOf(one).includes("wardroom_app"));
  if (pid !== undefined) process.kill(pid, "SIGKILL");
}

/** Stops every process of it where it stands; connections stay open and nothing answers. */
export function pause(cluster: string): void {
  for (const pid of listProcesses(cluster)) process.kill(pid, "SIGSTOP");
}

export function resume(cluster: string): void {
  for (const pid of listProcesses(cluster)) process.kill(pid, "SIGCONT");
}

/**
 * Takes every connection there is and ends those of the application: it finds no room to come back to. Disposing it
 * gives them all back.
 */
export async function exhaustConnections(superuserUrl: string): Promise<AsyncDisposable> {
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({ connectionString: superuserUrl });
    client.on("error", () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const administrator = await connect();
  for (let hasRoom = true; hasRoom; ) {
    await connect().catch(() => {
      hasRoom = false;
    });
    if (hasRoom) continue;
    const { rowCount } = await administrator.query(
      "select pg_terminate_backend(pid, 1000) from pg_stat_activity where usename = 'wardroom_app'",
    );
    hasRoom = rowCount !== 0;
  }
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

function listProcesses(cluster: string): number[] {
  const folder = realpathSync(cluster);
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return realpathSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });
}

function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
