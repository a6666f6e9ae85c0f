import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Config, readConfig } from "../server/config/config.ts";
import { connectToMigrate } from "../server/platform/connect-to-migrate.ts";
import { openDatabase } from "../server/platform/database.ts";
import { askServer } from "./ask-server.ts";
import type { Command } from "./command.ts";
import { checkCertificate } from "./doctor/check-certificate.ts";
import { checkDatabase } from "./doctor/check-database.ts";
import { checkFiles } from "./doctor/check-files.ts";
import { attention, type Finding, failing, finding, lookAt, ok } from "./doctor/finding.ts";
import { takeEnvironment } from "./environment.ts";

export const doctorCommand: Command = {
  name: "doctor",
  summary: "look for what is wrong or soon will be, and say how to mend it",
  help: `
Usage: wardroom doctor [--demo] [--json]

Looks at data folder, key file, disk, certificate, database, schema, clocks, callback and access tokens. What only the
server knows it asks the server that runs on this data folder. It changes nothing and makes no data folder.
The exit code is 1 when something is failing.

  --demo   looks at the demo's data folder
  --json   { "ok": true|false, "findings": [{ "check", "state", "sentence", "fix" }] }`,
  run: doctor,
};

async function doctor(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { demo: { type: "boolean" }, json: { type: "boolean" } },
  });
  const config = readConfig(takeEnvironment(values.demo === true));
  const now = new Date();
  const findings = [
    ...(await checkFiles(config, now)),
    await checkCertificate(config, now),
    ...(await checkServer(config)),
  ];
  const isWell = findings.every(({ state }) => state !== "failing");
  if (values.json) console.log(JSON.stringify({ ok: isWell, findings }));
  else for (const each of findings) print(each);
  return isWell ? 0 : 1;
}

async function checkServer(config: Config): Promise<Finding[]> {
  const answer = await askServer(config, "doctor");
  if (answer !== undefined) return [ok("server", "Wardroom runs."), ...z.array(finding).parse(answer)];
  const stopped = attention(
    "server",
    "Wardroom does not run.",
    "wardroom start; more can be said while it runs.",
  );
  return [
    stopped,
    ...(config.database === undefined ? [builtInStopped(config)] : await checkGiven(config.database)),
  ];
}

function builtInStopped({ dataDir }: Config): Finding {
  return existsSync(dataDir)
    ? attention(
        "database",
        "The built-in PostgreSQL runs with Wardroom only.",
        "wardroom start, then ask again.",
      )
    : attention("database", "There is no database yet.", "wardroom start makes it.");
}

/** The operator's database, as both roles that the settings name. */
async function checkGiven({ app, owner }: NonNullable<Config["database"]>): Promise<Finding[]> {
  const reached = await lookAt("database owner", async () => {
    const client = await connectToMigrate(owner);
    await client.end();
    return ok("database owner", "The role for migrations can log in.");
  });
  if (reached.state === "failing") return [reached];
  const db = openDatabase({
    url: app,
    maxConnections: 1,
    name: "wardroom doctor",
    onIdleError: () => undefined,
  });
  try {
    return [reached, ...(await checkDatabase(db, { builtIn: undefined, now: () => new Date() }))];
  } catch {
    // PostgreSQL's own words may repeat the address; its log has them.
    const fix = "Correct DATABASE_URL, or let wardroom start prepare a new database.";
    return [reached, failing("database", "The application role cannot work with the database.", fix)];
  } finally {
    await db.destroy();
  }
}

function print({ check, state, sentence, fix }: Finding): void {
  console.log(`${state.padEnd(9)}  ${check}: ${sentence}`);
  if (fix !== null) console.log(`${" ".repeat(11)}${fix}`);
}
