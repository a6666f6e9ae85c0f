import type { Kysely } from "kysely";
import type { InboxTables } from "../inbox/tables.ts";
import { openDatabase } from "../platform/database.ts";
import type { Logger } from "../platform/log.ts";
import type { Secret } from "../platform/secret.ts";

/** Ours: the two writers, the questions whose a number is, and what has to be quarantined whole. */
const CONNECTIONS = 5;

/** Connections for the way in alone: a flood cannot take the others', and their statements are prepared. */
export function openIntakeDatabase(url: Secret<string>, log: Logger): Kysely<InboxTables> {
  return openDatabase<InboxTables>({
    ...{ url, maxConnections: CONNECTIONS, name: "wardroom intake" },
    onIdleError: (error) => log.warn({ err: error }, "a database connection broke"),
    hot: true,
  });
}
