import { once } from "node:events";
import { parseArgs } from "node:util";
import { CONSOLE_DIST, compose, type Wardroom } from "../server/compose.ts";
import { type Config, readConfig } from "../server/config/config.ts";
import { openControlSocket } from "../server/platform/control-socket.ts";
import { openLog } from "../server/platform/log.ts";
import { buildConsoleIfStale } from "../tools/build-console.ts";
import type { Command } from "./command.ts";
import { controlHandlers } from "./control-handlers.ts";
import { takeEnvironment } from "./environment.ts";

export const startCommand: Command = {
  name: "start",
  summary: "run Wardroom here",
  help: `
Usage: wardroom start [--demo] [--json]

Runs Wardroom in the foreground until it is told to stop (Ctrl C, SIGTERM). The first start makes the data folder,
the database and a certificate, and prints a one-time code for the set-up in the browser.

  --demo   a sample business in a data folder of its own, on this machine only; prints its logins once
  --json   the log as JSON lines, and the address and code as one JSON object`,
  run: start,
};

async function start(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { demo: { type: "boolean" }, json: { type: "boolean" } },
  });
  const environment = takeEnvironment(values.demo === true);
  const config = readConfig(environment);
  const json = values.json === true;
  const say = json ? () => undefined : (line: string) => console.log(line);
  const log = openLog(json || config.logLevel !== "info" ? config.logLevel : "warn");

  say("Wardroom is starting.");
  if (await needsBuild()) say("Building the console; this takes some seconds the first time.");
  await buildConsoleIfStale();
  await using wardroom = await compose({
    config,
    log,
    consoleDist: CONSOLE_DIST,
    onStep: (step) => say(STEPS[step]),
  });
  await using control = await openControlSocket({
    dataFolder: wardroom.foundation.dataDir,
    handlers: controlHandlers(wardroom, config),
    log,
  });
  void control;
  if (json) console.log(JSON.stringify(describe(wardroom)));
  else greet(wardroom, config, say);

  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), once(process, "SIGHUP")]);
  say("\nStopping: what was accepted is finished first.");
  return 0;
}

const STEPS = {
  postgres: "Starting the built-in PostgreSQL.",
  migrate: "Looking at the database.",
} as const;

async function needsBuild(): Promise<boolean> {
  const { existsSync } = await import("node:fs");
  return !existsSync(CONSOLE_DIST);
}

function describe(wardroom: Wardroom): object {
  return {
    ok: true,
    url: wardroom.url,
    setupCode: wardroom.setupCode?.reveal() ?? null,
    authority:
      wardroom.authority === undefined
        ? null
        : { path: wardroom.authority.path, fingerprint: wardroom.authority.fingerprint },
    simulator: wardroom.simulator?.url ?? null,
  };
}

/** What a newcomer reads. The code is printed here and nowhere else. */
function greet(wardroom: Wardroom, config: Config, say: (line: string) => void): void {
  say(`\n  Wardroom is ready:  ${config.publicUrl.origin}\n`);
  if (wardroom.setupCode !== undefined) {
    say(`  Set-up code:        ${wardroom.setupCode.reveal()}`);
    say("                      It works once, for 30 minutes. A new start prints a new one.\n");
  }
  if (wardroom.authority !== undefined) {
    say("  Your browser will not know this certificate. Either add our authority to what it trusts:");
    say(`      ${wardroom.authority.path}`);
    say(
      "  (Firefox: Settings, Certificates, Authorities, Import. Chrome: Settings, Security, Manage certificates.",
    );
    say(
      "   It can vouch for this machine only, and its key is destroyed), or compare the fingerprint and go on:",
    );
    say(`      ${wardroom.authority.fingerprint}\n`);
  }
  if (wardroom.foundation.builtInPostgres !== undefined) {
    say(
      `  Database: the built-in PostgreSQL ${wardroom.foundation.builtInPostgres}. For production give DATABASE_URL (docs/operating.md).`,
    );
  }
  say("  Stop with Ctrl C.");
}
