import pg from "pg";
import type { Secret } from "./secret.ts";
import { StartFault } from "./start-fault.ts";

/** The oldest PostgreSQL our SQL runs on: 15 brought `security_invoker` and closed the public schema. */
const OLDEST_VERSION = 150_000;

const CONNECT_TIMEOUT_MS = 10_000;

const FAULTS: ReadonlyMap<string, readonly [sentence: string, fix: string]> = new Map([
  ["28P01", ["The database refuses our password.", "Correct the password in the database's address."]],
  [
    "28000",
    [
      "The database does not let this role in.",
      "Create the role, let it log in, and look at the server's pg_hba.conf.",
    ],
  ],
  ["3D000", ["The server has no such database.", "Create it, owned by wardroom_owner."]],
  ["42501", ["The role may not connect to this database.", "Make wardroom_owner the owner of the database."]],
  ["ENOTFOUND", ["The database's host has no address.", "Correct the host in the database's address."]],
]);

const UNREACHABLE = [
  "The database cannot be reached.",
  "Start it, correct host and port in its address, or let a firewall pass it.",
] as const;

/** A connection for the migrations, or a StartFault that says why there is none. The address is never repeated. */
export async function connectToMigrate(url: Secret<string>): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url.reveal(),
    application_name: "wardroom migrations",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A connection that breaks fails the query that runs on it; without a listener it would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    throw explain(error);
  }
  const version = await serverVersion(client);
  if (version >= OLDEST_VERSION) return client;
  await client.end();
  throw new StartFault(
    `The database is PostgreSQL ${Math.floor(version / 10_000)}; Wardroom needs 15 or newer.`,
    "Update the database, or unset DATABASE_URL to use the built-in one.",
  );
}

function explain(error: unknown): StartFault {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const [sentence, fix] = FAULTS.get(code) ?? UNREACHABLE;
  return new StartFault(code === "" ? sentence : `${sentence.slice(0, -1)} (${code}).`, fix, {
    cause: error,
  });
}

async function serverVersion(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  return rows[0]?.version ?? 0;
}
