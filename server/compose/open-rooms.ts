import type { Kysely } from "kysely";
import type { NetworkGate } from "../access/network/network-gate.ts";
import type { CountedRefusals } from "../audit/counted-refusals.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { Config } from "../config/config.ts";
import { listWorkspaceIds } from "../identity/describe-workspace.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { Intake } from "../inbox/ingest/intake.ts";
import { ListReads } from "../inbox/list-reads.ts";
import { announceMedia } from "../inbox/live/announce-media.ts";
import { LiveHub } from "../inbox/live/live-hub.ts";
import type { InboxRoom } from "../inbox/room.ts";
import { settleMessages } from "../inbox/send/settle-messages.ts";
import type { InboxTables } from "../inbox/tables.ts";
import { type Mailer, openMailer } from "../mail/smtp.ts";
import type { Clock } from "../platform/clock.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { createHttpClient } from "../platform/http-client.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { Logger } from "../platform/log.ts";
import { type Metrics, openMetrics } from "../platform/metrics.ts";
import { META_GRAPH_URL } from "../whatsapp/graph-access.ts";
import { type GraphCallLog, openGraphCallLog } from "../whatsapp/graph-call-log.ts";
import { createGraphClient, type GraphClient } from "../whatsapp/graph-client.ts";
import { META_MEDIA_URL } from "../whatsapp/media/download-media.ts";
import { type MediaFetch, runMediaFetch } from "../whatsapp/media/fetch-media.ts";
import { uploadMedia } from "../whatsapp/media/upload-media.ts";
import { createAppSecrets } from "../whatsapp/numbers/app-secrets.ts";
import { listConnectedIds } from "../whatsapp/numbers/list-connected-ids.ts";
import { getNumberAccess } from "../whatsapp/numbers/number-access.ts";
import type { NumbersRoom, SimulatorSeat } from "../whatsapp/numbers/numbers-room.ts";
import type { OnSettled, OutboxTables } from "../whatsapp/outbound/outbox.ts";
import { Sender } from "../whatsapp/outbound/sender.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import type { Foundation } from "./foundation.ts";
import { openIdentity } from "./open-identity.ts";
import { type IntakePlace, openIntake } from "./open-intake.ts";

/** Jobs that do not wait for their time when there is something to do. */
export type WakeableJob = "media" | "templates-now";

/** The rooms of one process, wired to each other. */
export interface Rooms extends AsyncDisposable {
  readonly identity: IdentityHandles;
  /** Who may come from where. */
  readonly network: NetworkGate;
  readonly inbox: InboxRoom;
  readonly numbers: NumbersRoom;
  readonly sender: Sender;
  /** What Meta sends becomes rows there. */
  readonly intake: Intake;
  readonly hub: LiveHub;
  readonly metrics: Metrics;
  /** Undefined while no SMTP is set. */
  readonly mailer: Mailer | undefined;
  /** Fetches some of what is due in one workspace; returns how many, 0 when nothing is. */
  readonly fetchMedia: (workspaceId: WorkspaceId) => Promise<number>;
  readonly onWork: (wake: (job: WakeableJob) => void) => void;
  /** Workspaces whose templates changed at Meta in a way that has to be read; taken by the job that reads them. */
  readonly templatesWanted: Set<WorkspaceId>;
  readonly listSimulatorNumbers: () => Promise<Array<{ workspaceId: WorkspaceId; numberId: string }>>;
}

export interface RoomsOptions {
  readonly foundation: Foundation;
  readonly config: Config;
  readonly clock: Clock;
  /** The machine's own; see IdentityHandles. */
  readonly wall: Clock;
  readonly log: Logger;
  readonly refusals: CountedRefusals;
  readonly simulator: SimulatorSeat | null;
  readonly intake: IntakePlace;
}

/**
 * Connections to Meta at the most. Ours: those of a fully upgraded number's sends, which are as many as are on their
 * way (outbound/pace.ts), and some for everybody else.
 */
const MAX_CONNECTIONS = 512;

export async function openRooms({
  foundation,
  config,
  clock,
  wall,
  log,
  refusals,
  simulator,
  intake: place,
}: RoomsOptions): Promise<Rooms> {
  const { vault, audit, mediaDir } = foundation;
  const db = foundation.db as unknown as Kysely<InboxTables & IdentityTables & OutboxTables>;
  const templatesWanted = new Set<WorkspaceId>();
  let wake: (job: WakeableJob) => void = () => undefined;
  const wantTemplates = (workspaceId: WorkspaceId): void => {
    templatesWanted.add(workspaceId);
    wake("templates-now");
  };
  const intake = await openIntake(place, foundation, {
    ...{ clock, log },
    onTakenIn: (workspaceId, taken) => {
      if (taken.mediaQueued > 0) wake("media");
      if (taken.templatesWanted) wantTemplates(workspaceId);
    },
  });

  const metrics = openMetrics();
  const http = createHttpClient({
    origins: [META_GRAPH_URL, META_MEDIA_URL],
    loopbackOrigins: simulator === null ? [] : [simulator.graphUrl],
    maxConnections: MAX_CONNECTIONS,
  });
  const calls = openGraphCallLog({ db: foundation.db as unknown as Kysely<AuditTables>, audit, log });
  const graph = openGraph(http, clock, calls, metrics);
  const hosts = { meta: META_GRAPH_URL, simulator: simulator?.graphUrl ?? null };
  const onSettled: OnSettled = (tx, settlements) =>
    settleMessages(narrow<InboxTables>(tx), vault, settlements);

  const outboxDb = db as unknown as Kysely<OutboxTables>;
  const whatsappDb = db as unknown as Kysely<WhatsappTables>;
  const upload = { db: whatsappDb, vault, graph, clock, folder: mediaDir };
  const sender = new Sender({
    ...{ db: outboxDb, vault, audit, graph, hosts, clock, log, onSettled },
    upload: (request) => uploadMedia(upload, request),
  });
  const wakeSender = (workspaceId: WorkspaceId, numberId?: string) => sender.wake(workspaceId, numberId);

  const identity = openIdentity({ foundation, config, clock, wall, refusals });
  const { networks: network } = identity;
  const inbox: InboxRoom = {
    ...{ vault, audit, clock, wakeSender, lists: new ListReads() },
    db: db as unknown as Kysely<InboxTables>,
  };
  const numbers: NumbersRoom = {
    ...{ db: outboxDb, vault, audit, clock, graph, hosts, simulator, onSettled, wakeSender },
    onConnected: wantTemplates,
    appSecrets: createAppSecrets({ db: whatsappDb, vault, clock }),
    callbackUrlOf: (host, appId) => callbackUrl(config, host, appId),
  };

  const hub = new LiveHub(inbox, log);
  metrics.ingestWaiting(() => intake.waiting);
  metrics.liveSockets(() => hub.sockets().length);

  const fetcher = openFetcher({ db: whatsappDb, vault, graph, http, clock, folder: mediaDir }, hosts);

  const mailer = config.smtp === undefined ? undefined : openMailer(config.smtp);

  return {
    ...{ mailer, identity, network, inbox, numbers, sender, intake, hub, metrics, templatesWanted },
    fetchMedia: (workspaceId) => runMediaFetch(fetcher, workspaceId),
    onWork: (waker) => {
      wake = waker;
    },
    listSimulatorNumbers: () => listSimulatorNumbers(foundation),
    async [Symbol.asyncDispose]() {
      await intake[Symbol.asyncDispose]();
      await sender[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
      await calls[Symbol.asyncDispose]();
      mailer?.[Symbol.dispose]();
    },
  };
}

/** Fetches files with the access of their numbers, and tells open consoles what became of each. */
function openFetcher(
  tools: Omit<MediaFetch, "accessNumber" | "onSettled">,
  hosts: Parameters<typeof getNumberAccess>[2],
): MediaFetch {
  return {
    ...tools,
    accessNumber: (tx, workspace, numberId) => getNumberAccess(tx, workspace, hosts, numberId),
    onSettled: (tx, workspaceId, mediaId) => announceMedia(narrow<InboxTables>(tx), workspaceId, mediaId),
  };
}

function openGraph(
  http: Parameters<typeof createGraphClient>[0]["http"],
  clock: Clock,
  calls: GraphCallLog,
  metrics: Metrics,
): GraphClient {
  return createGraphClient({
    http,
    clock,
    onCall(call) {
      metrics.graphCalls.inc({ outcome: call.outcome, path: call.path });
      metrics.graphSeconds.observe(call.durationMs / 1000);
      calls.record(call);
    },
  });
}

/** Meta comes by our public address; the simulator, on this machine, by the port. */
function callbackUrl(config: Config, host: "meta" | "simulator", appId: string): string {
  const local = `https://localhost:${config.port}/`;
  const base = host === "simulator" && config.tls === undefined ? local : config.publicUrl.href;
  return new URL(`webhooks/whatsapp/${appId}`, base).href;
}

async function listSimulatorNumbers({
  db,
}: Foundation): Promise<Array<{ workspaceId: WorkspaceId; numberId: string }>> {
  const found: Array<{ workspaceId: WorkspaceId; numberId: string }> = [];
  for (const workspaceId of await listWorkspaceIds({ db: db as unknown as Kysely<IdentityTables> })) {
    const ids = await inWorkspace(db, workspaceId, (tx) =>
      listConnectedIds(narrow<WhatsappTables>(tx), workspaceId, { host: "simulator" }),
    );
    for (const numberId of ids) found.push({ workspaceId, numberId });
  }
  return found;
}
