import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Simulator } from "../simulator/start-simulator.ts";
import { countRefusals } from "./audit/counted-refusals.ts";
import { type Foundation, type MigrationWatch, openFoundation } from "./compose/foundation.ts";
import { type HttpOptions, openHttp } from "./compose/open-http.ts";
import type { IntakePlace } from "./compose/open-intake.ts";
import { openRooms, type Rooms } from "./compose/open-rooms.ts";
import { openSimulator } from "./compose/open-simulator.ts";
import { periodicJobs, writeRefusals } from "./compose/periodic-jobs.ts";
import type { SimulatorPlace } from "./compose/simulator-seat.ts";
import type { Config } from "./config/config.ts";
import { closeServer } from "./http/close-server.ts";
import { guardConnections } from "./http/connections/guard-connections.ts";
import { openWaitingRoom } from "./http/waiting-room.ts";
import { listWorkspaceIds } from "./identity/describe-workspace.ts";
import { isSetupNeeded, issueSetupCode } from "./identity/setup.ts";
import { LIVE_CHANNEL, readChange } from "./inbox/live/live-change.ts";
import { Clockwork } from "./jobs/clockwork.ts";
import { type Clock, steadyClock, systemClock } from "./platform/clock.ts";
import { listen } from "./platform/listen.ts";
import type { Logger } from "./platform/log.ts";
import type { Secret } from "./platform/secret.ts";
import type { CertificateSource } from "./platform/tls/certificate.ts";
import { openGivenCertificate } from "./platform/tls/given-certificate.ts";
import { type LocalCertificate, openLocalCertificate } from "./platform/tls/local-certificate.ts";
import { tuneCollector } from "./platform/tune-collector.ts";
import { registerCallback } from "./whatsapp/numbers/register-callback.ts";

/** A Wardroom that runs. Disposing it stops taking anything in, finishes what was accepted, and closes everything. */
export interface Wardroom extends AsyncDisposable {
  /** Where the console is, as a person types it. */
  readonly url: string;
  readonly port: number;
  /** Set while the installation waits to be set up. */
  readonly setupCode: Secret<string> | undefined;
  /** Our own authority; undefined with the operator's certificate. */
  readonly authority:
    | { readonly path: string; readonly fingerprint: string; readonly certificate: string }
    | undefined;
  /** The built-in one; undefined also where one in another process is used. */
  readonly simulator: Simulator | undefined;
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly log: Logger;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly clock?: Clock;
  /** In which thread what Meta sends is stored: one of its own unless told, or unless a clock is given. */
  readonly intake?: IntakePlace;
  /** Folder of the built console; without it only the API is served. */
  readonly consoleDist?: string | undefined;
  readonly onStep?: ((step: "postgres" | "migrate") => void) | undefined;
  /** Told of a migration beside the log and `/readyz`: the terminal, and `wardroom doctor`. */
  readonly watchMigration?: ((dataDir: string) => Promise<MigrationWatch>) | undefined;
  /** Folder of the migrations; those of this release when it is not given. */
  readonly migrations?: string | undefined;
  /** Told of each route and its access, for whoever compares them with the permission table. */
  readonly onRoute?: HttpOptions["onRoute"];
  /** A simulator that runs elsewhere on this machine. Without it one starts here where some workspace wants it. */
  readonly simulator?: SimulatorPlace;
  /**
   * Identity providers that run on this machine, by origin ("http://127.0.0.1:9000"): company accounts may come from
   * them, and plain http is taken. None unless told: all others have to be public, by https.
   */
  readonly loopbackProviders?: readonly string[] | undefined;
}

/** The composition root: opens every room, in order, and listens. What was opened is closed when a later step fails. */
export async function compose(options: ComposeOptions): Promise<Wardroom> {
  const { config, log } = options;
  tuneCollector();
  const wall = options.clock ?? systemClock;
  const clock = steadyClock(wall, {
    onStepBack: (ms) =>
      log.warn({ seconds: Math.round(ms / 1000) }, "the machine's clock was set back; ours waits for it"),
  });
  await using opened = new AsyncDisposableStack();

  const foundation = opened.use(
    await openFoundation({
      ...{ config, log, clock, onStep: options.onStep, migrations: options.migrations },
      watchMigration: (dataDir) => watchMigration(options, clock, dataDir),
    }),
  );
  const certificate = opened.use(await openCertificate(config, foundation.dataDir, clock, log));
  const authority = authorityOf(certificate);
  const refusals = countRefusals(clock);

  const workspaceIds = await listWorkspaceIds(foundation);
  const { simulator, seat } = await openSimulator(opened, foundation, {
    ...{ config, workspaceIds, clock, log },
    ...{ callbackCa: authority?.certificate, elsewhere: options.simulator },
  });
  const intake = options.intake ?? (options.clock === undefined ? "thread" : "here");
  const rooms = opened.use(
    await openRooms({ foundation, config, clock, wall, log, refusals, simulator: seat, intake }),
  );
  const app = await openHttp({
    foundation,
    rooms,
    config,
    log,
    certificate,
    simulator: seat,
    consoleDist: options.consoleDist,
    loopbackProviders: options.loopbackProviders,
    onRoute: options.onRoute,
  });
  opened.defer(() => writeRefusals(foundation, refusals, { all: true }));
  opened.defer(() => closeServer(app));
  opened.use(guardTheDoor(app, rooms, config));
  const port = await startListening(app, config);

  opened.use(
    await listen({
      url: foundation.appUrl,
      channel: LIVE_CHANNEL,
      log,
      onPayload: (payload) => {
        const change = readChange(payload);
        if (change !== undefined) rooms.hub.handle(change);
      },
      onGap: () => rooms.hub.announceGap(),
    }),
  );
  rooms.sender.start();
  const clockwork = opened.use(new Clockwork(periodicJobs({ foundation, rooms, refusals, clock, log }), log));
  rooms.onWork((job) => clockwork.wake(job));
  clockwork.start();
  if (seat !== null) await renewCallbacks(rooms, log);

  const setupCode = (await isSetupNeeded(rooms.identity.db))
    ? await issueSetupCode(rooms.identity)
    : undefined;
  const rest = opened.move();
  return {
    url: config.publicUrl.href,
    ...{ port, setupCode, authority, simulator, foundation, rooms, log },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** Counts who comes and goes at our port, before it listens. */
function guardTheDoor(
  app: Awaited<ReturnType<typeof openHttp>>,
  { metrics }: Rooms,
  { trustedProxies }: Config,
): Disposable {
  const guard = guardConnections(app.server as unknown as Server, {
    trustedProxies,
    onEnding: (reason) => metrics.connectionsEnded.inc({ reason }),
  });
  metrics.connections(() => guard.open);
  return guard;
}

/** While the database is being changed our port answers already: alive, and not ready. */
async function watchMigration(
  { config, log, watchMigration: inner }: ComposeOptions,
  clock: Clock,
  dataDir: string,
): Promise<MigrationWatch> {
  await using opened = new AsyncDisposableStack();
  const certificate = opened.use(await openCertificate(config, dataDir, clock, log));
  opened.use(await openWaitingRoom({ certificate, host: config.host, port: config.port }));
  const watch = inner === undefined ? undefined : opened.use(await inner(dataDir));
  const rest = opened.move();
  return {
    report: (progress) => watch?.report(progress),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function openCertificate(
  config: Config,
  dataFolder: string,
  clock: Clock,
  log: Logger,
): Promise<CertificateSource | LocalCertificate> {
  if (config.tls !== undefined) return openGivenCertificate({ ...config.tls, clock, log });
  return openLocalCertificate({ dataFolder, names: [config.publicUrl.hostname], clock, log });
}

function authorityOf(certificate: CertificateSource | LocalCertificate): Wardroom["authority"] {
  if (!("readAuthority" in certificate)) return undefined;
  return { path: certificate.authorityPath, ...certificate.readAuthority() };
}

/**
 * Connections that the kernel may hold until we look at them. Ours: in a flood one that finds no room waits for its
 * system's next try, a second and more, although it would have been taken. The kernel cuts it to its own limit.
 */
const BACKLOG = 4_096;

async function startListening(app: Awaited<ReturnType<typeof openHttp>>, config: Config): Promise<number> {
  await app.listen({ host: config.host, port: config.port, backlog: BACKLOG });
  return (app.server.address() as AddressInfo).port;
}

/** The simulator is told our address anew at each start: the port may be another one. */
async function renewCallbacks(rooms: Rooms, log: Logger): Promise<void> {
  for (const { workspaceId, numberId } of await rooms.listSimulatorNumbers()) {
    await registerCallback(rooms.numbers, { workspaceId, numberId, actor: "system:start" }).catch(
      (error: unknown) => log.warn({ err: error, numberId }, "the simulator could not be told our address"),
    );
  }
}

export const CONSOLE_DIST = join(import.meta.dirname, "../console/dist");
