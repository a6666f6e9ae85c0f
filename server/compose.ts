import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Simulator } from "../simulator/start-simulator.ts";
import { countRefusals } from "./audit/counted-refusals.ts";
import { type Foundation, openFoundation } from "./compose/foundation.ts";
import { type HttpOptions, openHttp } from "./compose/open-http.ts";
import { openRooms, type Rooms } from "./compose/open-rooms.ts";
import { periodicJobs, writeRefusals } from "./compose/periodic-jobs.ts";
import { seatOf, startSimulatorIfWanted } from "./compose/simulator-seat.ts";
import type { Config } from "./config/config.ts";
import { closeServer } from "./http/close-server.ts";
import { listWorkspaceIds } from "./identity/describe-workspace.ts";
import { isSetupNeeded, issueSetupCode } from "./identity/setup.ts";
import { LIVE_CHANNEL, readChange } from "./inbox/live/live-change.ts";
import { Clockwork } from "./jobs/clockwork.ts";
import { type Clock, systemClock } from "./platform/clock.ts";
import { listen } from "./platform/listen.ts";
import type { Logger } from "./platform/log.ts";
import type { Secret } from "./platform/secret.ts";
import type { CertificateSource } from "./platform/tls/certificate.ts";
import { openGivenCertificate } from "./platform/tls/given-certificate.ts";
import { type LocalCertificate, openLocalCertificate } from "./platform/tls/local-certificate.ts";
import type { SimulatorSeat } from "./whatsapp/numbers/numbers-room.ts";
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
  readonly simulator: Simulator | undefined;
  readonly foundation: Foundation;
  readonly rooms: Rooms;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Folder of the built console; without it only the API is served. */
  readonly consoleDist?: string | undefined;
  readonly onStep?: ((step: "postgres" | "migrate") => void) | undefined;
  /** Told of each route and its access, for whoever compares them with the permission table. */
  readonly onRoute?: HttpOptions["onRoute"];
  /** A simulator that runs elsewhere on this machine. Without it one starts here where some workspace wants it. */
  readonly simulator?: SimulatorSeat;
}

/** The composition root: opens every room, in order, and listens. What was opened is closed when a later step fails. */
export async function compose(options: ComposeOptions): Promise<Wardroom> {
  const { config, log } = options;
  const clock = options.clock ?? systemClock;
  await using opened = new AsyncDisposableStack();

  const foundation = opened.use(await openFoundation({ config, log, clock, onStep: options.onStep }));
  const certificate = opened.use(await openCertificate(config, foundation.dataDir, clock, log));
  const authority = authorityOf(certificate);
  const refusals = countRefusals(clock);

  const workspaceIds = await listWorkspaceIds(foundation);
  const simulator =
    options.simulator === undefined
      ? await startSimulatorIfWanted(foundation, {
          ...{ config, workspaceIds, clock, log },
          callbackCa: authority?.certificate,
        })
      : undefined;
  if (simulator !== undefined) opened.use(simulator);

  const seat = options.simulator ?? (simulator === undefined ? null : seatOf(simulator));
  const rooms = opened.use(openRooms({ foundation, config, clock, log, refusals, simulator: seat }));
  const app = await openHttp({
    foundation,
    rooms,
    config,
    log,
    certificate,
    simulator,
    consoleDist: options.consoleDist,
    onRoute: options.onRoute,
  });
  opened.defer(() => writeRefusals(foundation, refusals, { all: true }));
  opened.defer(() => closeServer(app));
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
  await renewCallbacks(rooms, simulator, log);

  const setupCode = (await isSetupNeeded(rooms.identity.db))
    ? await issueSetupCode(rooms.identity)
    : undefined;
  const rest = opened.move();
  return {
    url: config.publicUrl.href,
    ...{ port, setupCode, authority, simulator, foundation, rooms },
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

async function startListening(app: Awaited<ReturnType<typeof openHttp>>, config: Config): Promise<number> {
  await app.listen({ host: config.host, port: config.port });
  return (app.server.address() as AddressInfo).port;
}

/** The simulator is told our address anew at each start: the port may be another one. */
async function renewCallbacks(rooms: Rooms, simulator: Simulator | undefined, log: Logger): Promise<void> {
  if (simulator === undefined) return;
  for (const { workspaceId, numberId } of await rooms.listSimulatorNumbers()) {
    await registerCallback(rooms.numbers, { workspaceId, numberId, actor: "system:start" }).catch(
      (error: unknown) => log.warn({ err: error, numberId }, "the simulator could not be told our address"),
    );
  }
}

export const CONSOLE_DIST = join(import.meta.dirname, "../console/dist");
