import { once } from "node:events";
import { parseArgs } from "node:util";
import { CONSOLE_DIST, compose, type Wardroom } from "../server/compose.ts";
import { type Config, readConfig } from "../server/config/config.ts";
import { openControlSocket } from "../server/platform/control-socket.ts";
import { openLog } from "../server/platform/log.ts";
import { buildConsole, isConsoleAbsent } from "./build-console.ts";
import { controlHandlers } from "./control-handlers.ts";
import type { DemoLogin } from "./demo/seed-team.ts";
import { seedDemo } from "./demo.ts";
import { takeEnvironment } from "./environment.ts";
import { KeyRotations } from "./key-rotations.ts";
import { printLogins } from "./print-logins.ts";
import { watchMigration } from "./watch-migration.ts";

/** `wardroom start`: until a signal ends it. */
export async function startServer(args: readonly string[]): Promise<number> {
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
  if (isConsoleAbsent()) say("Building the console; this takes some seconds the first time.");
  await buildConsole();
  await using wardroom = await compose({
    config,
    log,
    consoleDist: CONSOLE_DIST,
    onStep: (step) => say(STEPS[step]),
    watchMigration: (dataFolder) => watchMigration({ dataFolder, say, log }),
  });
  await using rotations = new KeyRotations(wardroom, log);
  await using control = await openControlSocket({
    dataFolder: wardroom.foundation.dataDir,
    handlers: controlHandlers(wardroom, config, rotations),
    log,
  });
  void control;
  const demo = values.demo === true ? await startDemo(wardroom, config, say) : undefined;
  if (json)
    console.log(
      JSON.stringify({
        ...describe(wardroom, values.demo === true),
        ...(demo === undefined ? {} : { demo }),
      }),
    );
  else greet(wardroom, config, { say, isDemo: values.demo === true });
  if (!json && demo !== undefined) printLogins(demo, say);

  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), once(process, "SIGHUP")]);
  say("\nStopping: what was accepted is finished first.");
  return 0;
}

const STEPS = {
  postgres: "Starting the built-in PostgreSQL.",
  migrate: "Looking at the database.",
} as const;

/** The logins of a new sample business; undefined when it was there already. */
async function startDemo(
  wardroom: Wardroom,
  config: Config,
  say: (line: string) => void,
): Promise<readonly DemoLogin[] | undefined> {
  if (wardroom.setupCode !== undefined) say("Making the sample business; this takes some seconds.");
  const logins = await seedDemo(wardroom, config);
  if (logins !== undefined) return logins;
  say("The sample business is as you left it. Its logins were printed when it was made.");
  say(`For new ones stop it, delete ${wardroom.foundation.dataDir} and start the demo again.`);
  return undefined;
}

function describe(wardroom: Wardroom, isDemo: boolean): object {
  return {
    ok: true,
    url: wardroom.url,
    setupCode: isDemo ? null : (wardroom.setupCode?.reveal() ?? null),
    authority:
      wardroom.authority === undefined
        ? null
        : { path: wardroom.authority.path, fingerprint: wardroom.authority.fingerprint },
    simulator: wardroom.simulator?.url ?? null,
  };
}

/** What a newcomer reads. The code is printed here and nowhere else. */
function greet(
  wardroom: Wardroom,
  config: Config,
  { say, isDemo }: { readonly say: (line: string) => void; readonly isDemo: boolean },
): void {
  say(`\n  Wardroom is ready:  ${config.publicUrl.origin}\n`);
  if (wardroom.setupCode !== undefined && !isDemo) {
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
