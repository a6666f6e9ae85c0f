import { setInterval } from "node:timers";
import { openLog } from "../../server/platform/log.ts";
import { startPostgres } from "../../server/platform/postgres/start-postgres.ts";

/** A program that holds the built-in PostgreSQL on a folder until it is killed; for tests of what remains then. */
const [dataDir = ""] = process.argv.slice(2);
await startPostgres({ dataDir, log: openLog("silent") });
process.stdout.write("started\n");
setInterval(() => {}, 60_000);
