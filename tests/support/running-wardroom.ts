import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SetUpResult, setUp } from "../../cli/set-up.ts";
import { type ComposeOptions, compose, type Wardroom } from "../../server/compose.ts";
import { type Config, readConfig } from "../../server/config/config.ts";
import type { Clock } from "../../server/platform/clock.ts";
import { type Logger, openLog } from "../../server/platform/log.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { freePort } from "./free-port.ts";
import { startSession, type TestSession } from "./test-session.ts";

/** A whole Wardroom on a database of its own, with the simulator, listening on free ports of this machine. */
export interface RunningWardroom extends AsyncDisposable {
  readonly wardroom: Wardroom;
  readonly config: Config;
  readonly database: TestDatabase<never>;
  /** What `wardroom setup` returned: one workspace with an Owner and a simulated number. */
  readonly made: SetUpResult;
  /** The Owner, signed in with both factors. */
  readonly owner: TestSession;
  readonly url: string;
}

export const OWNER_PASSWORD = "correct horse battery";

export interface RunOptions {
  readonly clock?: Clock;
  readonly consoleDist?: string;
  /** Without a workspace: the installation waits to be set up. */
  readonly bare?: true;
  /** Where the log goes, and how much of it; errors, on standard output, where nothing else is said. */
  readonly log?: Logger;
  readonly onRoute?: ComposeOptions["onRoute"];
  /** Whose word about the client's address is taken: nobody's unless told. */
  readonly trustedProxies?: string;
  /** Identity providers of the test, by origin. */
  readonly loopbackProviders?: readonly string[];
}

export async function runWardroom(
  options: RunOptions & { readonly bare: true },
): Promise<Omit<RunningWardroom, "made" | "owner">>;
export async function runWardroom(options?: RunOptions): Promise<RunningWardroom>;
export async function runWardroom(
  options: RunOptions = {},
): Promise<Omit<RunningWardroom, "made" | "owner">> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "wardroom-test-"));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const database = opened.use(await testDatabase<never>());
  const config = readConfig({
    WARDROOM_DATA_DIR: join(folder, "data"),
    WARDROOM_ROOT_KEY_FILE: join(folder, "key", "root.key"),
    WARDROOM_PORT: String(await freePort()),
    WARDROOM_SIMULATOR_PORT: String(await freePort()),
    DATABASE_URL: database.appUrl.reveal(),
    WARDROOM_OWNER_DATABASE_URL: database.ownerUrl.reveal(),
    ...(options.trustedProxies === undefined ? {} : { WARDROOM_TRUSTED_PROXIES: options.trustedProxies }),
  });
  const wardroom = opened.use(
    await compose({
      config,
      log: options.log ?? openLog("error"),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      consoleDist: options.consoleDist,
      onRoute: options.onRoute,
      loopbackProviders: options.loopbackProviders,
    }),
  );
  const running = { wardroom, config, database, url: `https://localhost:${wardroom.port}` };
  if (options.bare) {
    const rest = opened.move();
    return { ...running, [Symbol.asyncDispose]: () => rest.disposeAsync() };
  }
  const made = await setUp(wardroom, config, {
    workspace: { name: "Marsa Home", timeZone: "Asia/Dubai" },
    owner: { name: "Huda Salem", email: "huda@marsahome.example", password: OWNER_PASSWORD, language: "en" },
    number: { host: "simulator" },
  });
  const owner = await startSession(wardroom, {
    email: made.owner.email,
    password: OWNER_PASSWORD,
    totpSecret: made.owner.totpSecret,
    now: (options.clock ?? (() => new Date()))(),
  });
  const rest = opened.move();
  const whole: RunningWardroom = {
    ...running,
    made,
    owner,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
  return whole;
}
