import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { acceptByAccount } from "../access/accept-by-account.ts";
import { mailOffer } from "../access/ownership/mail-offer.ts";
import { moveDirectoryTeams } from "../access/sso/move-directory-teams.ts";
import type { Config } from "../config/config.ts";
import { type Access, type ApiDeps, createApi } from "../http/api.ts";
import { registerBillingRoutes } from "../http/billing-routes.ts";
import { registerBindingRoutes } from "../http/binding-routes.ts";
import { registerConsoleRoutes } from "../http/console-routes.ts";
import { registerConversationRoutes } from "../http/conversation-routes.ts";
import { registerDeletionRoutes } from "../http/deletion-routes.ts";
import { registerDeviceRoutes } from "../http/device-routes.ts";
import { registerFactorRoutes } from "../http/factor-routes.ts";
import { registerHealthRoutes } from "../http/health-routes.ts";
import { registerLiveRoutes } from "../http/live-routes.ts";
import { registerMediaRoutes } from "../http/media-routes.ts";
import { registerMemberRoutes } from "../http/member-routes.ts";
import { registerNetworkRoutes } from "../http/network-routes.ts";
import { registerNumberRoutes } from "../http/number-routes.ts";
import { openApiDocument } from "../http/openapi.ts";
import { trustProxies } from "../http/peer.ts";
import { registerPerformanceRoutes } from "../http/performance-routes.ts";
import { registerPolicyRoutes } from "../http/policy-routes.ts";
import { registerQuarantineRoutes } from "../http/quarantine-routes.ts";
import { registerRecoveryRoutes } from "../http/recovery-routes.ts";
import { ownAddresses } from "../http/request-guards.ts";
import { limitRequests } from "../http/request-limits.ts";
import { registerScimRoutes } from "../http/scim-routes.ts";
import { createServer, receiveFirst } from "../http/server.ts";
import { registerSessionRoutes } from "../http/session-routes.ts";
import { registerSetupRoutes } from "../http/setup-routes.ts";
import { registerSsoReturnRoutes } from "../http/sso-return-routes.ts";
import { registerSsoRoutes, type SsoRouteHandles } from "../http/sso-routes.ts";
import { registerTeamRoutes, type TeamRouteDeps } from "../http/team-routes.ts";
import { createWebhookDoor, type WebhookDoorDeps } from "../http/webhook-door.ts";
import { type NoteWebhook, registerWebhookRoutes } from "../http/webhook-routes.ts";
import type { MemberId } from "../identity/actor.ts";
import { getWorkspaceName } from "../identity/describe-workspace.ts";
import { surveySessions } from "../identity/devices/survey-sessions.ts";
import { findActor } from "../identity/find-actor.ts";
import type { IdentityTables } from "../identity/tables.ts";
import { announce } from "../inbox/live/live-change.ts";
import { watchConversation } from "../inbox/open-conversation.ts";
import { moveChatsOfTeam, releaseChats, releaseChatsOfTeams } from "../inbox/release-chats.ts";
import { perform } from "../inbox/room.ts";
import type { InboxTables } from "../inbox/tables.ts";
import { inWorkspace, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import type { Logger } from "../platform/log.ts";
import { Refusal } from "../platform/refusal.ts";
import type { CertificateSource } from "../platform/tls/certificate.ts";
import { getNumber } from "../whatsapp/numbers/list-numbers.ts";
import { announceChanges } from "./announce-changes.ts";
import type { Foundation } from "./foundation.ts";
import { noteRefusal, noteWebhookEvent } from "./note-refusal.ts";
import type { Rooms } from "./open-rooms.ts";
import type { SimulatorPlace } from "./simulator-seat.ts";

export interface HttpOptions {
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly config: Config;
  readonly log: Logger;
  readonly certificate: CertificateSource;
  readonly simulator: SimulatorPlace | null;
  readonly consoleDist: string | undefined;
  /** Identity providers on this machine, by origin; see ComposeOptions. */
  readonly loopbackProviders?: readonly string[] | undefined;
  readonly onRoute?: ((route: { method: string; path: string; access: Access }) => void) | undefined;
}

const VERSION = "0.1.0";

/** The edge, with every route of every room; not yet listening. */
export async function openHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { rooms, config, log, certificate } = options;
  const publicName = config.publicUrlGiven && config.publicUrl.hostname !== "localhost";
  const own = ownAddresses(config.publicUrl, config.port);
  const trust = trustProxies(config.trustedProxies);
  const app = await createServer({ certificate, own, publicName, trust, log });

  const deps: ApiDeps = {
    own,
    limits: limitRequests(),
    findActor: (token, presence) => findActor(rooms.identity, token, rooms.identity.clock(), presence),
    admitsNetwork: ({ workspaceId, role }, address) => rooms.network.admits({ workspaceId, role, address }),
    clock: rooms.identity.clock,
    onRefusal: (refused) => noteRefusal(options, refused),
    ...(options.onRoute === undefined ? {} : { onRoute: options.onRoute }),
  };
  const api = createApi(app, deps);
  registerSetupRoutes(api, rooms.identity);
  registerFactorRoutes(api, rooms.identity);
  registerSessionRoutes(api, rooms.identity);
  registerBindingRoutes(api, rooms.identity);
  registerRecoveryRoutes(api, rooms.identity);
  registerDeviceRoutes(api, rooms.identity);
  registerMemberRoutes(api, {
    handles: rooms.identity,
    publicUrl: config.publicUrl.origin,
    onMemberGone: (tx, member) => giveBackChats(rooms, tx, member),
  });
  const sso = ssoHandles(options);
  registerSsoRoutes(api, sso);
  await registerSsoReturnRoutes(app, { handles: sso, limits: deps.limits });
  await registerScimRoutes(app, { handles: sso, limits: deps.limits, log, publicUrl: sso.publicUrl });
  registerBillingRoutes(api, rooms.inbox);
  registerDeletionRoutes(api, rooms.identity);
  registerTeamRoutes(api, teamDeps(options));
  registerNetworkRoutes(api, { handles: rooms.identity, gate: rooms.network });
  registerPolicyRoutes(api, rooms.identity);
  registerNumberRoutes(api, numberDeps(options, publicName));
  registerConversationRoutes(api, rooms.inbox);
  registerPerformanceRoutes(api, rooms.inbox);
  registerQuarantineRoutes(api, rooms.inbox);
  await registerMediaRoutes(app, { ...deps, room: rooms.inbox, folder: options.foundation.mediaDir });
  await registerLiveRoutes(app, {
    ...deps,
    ...{ log, hub: rooms.hub },
    onWatch: (actor, conversationId) =>
      perform(rooms.inbox, actor, (act) => watchConversation(act, conversationId)),
    surveySessions: (ids) => surveySessions(rooms.identity, ids, rooms.identity.clock()),
  });
  registerWebhooks(app, options, { own, trust });
  registerHealth(app, options);
  announceChanges(app, options);
  const document = openApiDocument(VERSION);
  const text = JSON.stringify(document);
  app.get("/api/openapi.json", async (_request, reply) => reply.type("application/json").send(text));
  if (options.consoleDist !== undefined && existsSync(join(options.consoleDist, "index.html"))) {
    await registerConsoleRoutes(app, options.consoleDist);
  }
  return app;
}

/** Whoever leaves gives back the chats they hold, in the transaction in which they leave. */
async function giveBackChats(
  { inbox }: Rooms,
  tx: Tx<IdentityTables>,
  left: { readonly workspaceId: WorkspaceId; readonly memberId: string },
): Promise<void> {
  const vault = await inbox.vault.openWorkspace(left.workspaceId);
  await releaseChats(narrow<InboxTables>(tx), vault, left.memberId as MemberId);
}

function ssoHandles(options: HttpOptions): SsoRouteHandles {
  const { rooms, config, loopbackProviders } = options;
  const { hooks } = teamDeps(options);
  const handles: SsoRouteHandles = {
    ...rooms.identity,
    publicUrl: config.publicUrl.origin,
    loopbackProviders: loopbackProviders ?? [],
    onMemberLeft: (tx, left) => giveBackChats(rooms, tx, left),
    moveTeams: (tx, move) => moveDirectoryTeams(rooms.identity, hooks, tx, move),
    acceptInvited: (visitor, given) => acceptByAccount(handles, visitor, given),
  };
  return handles;
}

function teamDeps({ rooms }: HttpOptions): TeamRouteDeps {
  const chats = async (workspaceId: WorkspaceId) => rooms.inbox.vault.openWorkspace(workspaceId);
  return {
    handles: rooms.identity,
    hooks: {
      async onTeamsChanged(tx, { workspaceId, memberId, left }) {
        const vault = await chats(workspaceId);
        await releaseChatsOfTeams(narrow<InboxTables>(tx), vault, { memberId, teamIds: left });
        await announce(tx, { workspaceId, things: ["teams", "members"] });
      },
      async onTeamDissolved(tx, { workspaceId, teamId, into }) {
        await moveChatsOfTeam(narrow<InboxTables>(tx), await chats(workspaceId), { teamId, into });
      },
      onTeamsEdited: (tx, workspaceId) => announce(tx, { workspaceId, things: ["teams"] }),
    },
    async onOwnership(tx, told) {
      await mailOffer(rooms.identity)(tx, told);
      await announce(tx, { workspaceId: told.workspaceId, things: ["members"] });
    },
    requireNumber: async (actor, numberId) => {
      const vault = await chats(actor.workspaceId);
      await inWorkspace(rooms.numbers.db, actor.workspaceId, (tx) => getNumber(narrow(tx), vault, numberId));
    },
  };
}

function numberDeps(
  { rooms, config, simulator }: HttpOptions,
  publicName: boolean,
): Parameters<typeof registerNumberRoutes>[1] {
  return {
    room: rooms.numbers,
    reach: {
      publicAddress: publicName,
      publicCertificate: config.tls !== undefined || config.trustedProxies.length > 0,
    },
    businessNameOf: async (actor) => {
      const vault = await rooms.identity.vault.openWorkspace(actor.workspaceId);
      return inWorkspace(rooms.identity.db, actor.workspaceId, (tx) => getWorkspaceName(tx, vault));
    },
    createPhoneLink: async (input) => {
      if (simulator === null) throw new Refusal("conflict", "whatsapp.simulator_off");
      return simulator.createPhoneLink(input);
    },
  };
}

function registerWebhooks(
  app: FastifyInstance,
  options: HttpOptions,
  peers: Pick<WebhookDoorDeps, "own" | "trust">,
): void {
  const { rooms, log } = options;
  const { appSecrets: secrets } = rooms.numbers;
  const note: NoteWebhook = (event) => noteWebhookEvent(options, event);
  registerWebhookRoutes(app, { secrets, note });
  const door = createWebhookDoor({
    ...{ ...peers, secrets, note, log },
    intake: rooms.intake,
    observe: (status, seconds) => {
      rooms.metrics.webhooks.inc({ status: String(status) });
      rooms.metrics.webhookSeconds.observe(seconds);
    },
  });
  receiveFirst(app, (request, response) => door.receive(request, response));
  app.addHook("preClose", async () => door.close());
}

function registerHealth(app: FastifyInstance, { foundation, rooms, config }: HttpOptions): void {
  registerHealthRoutes(app, {
    metrics: rooms.metrics.registry,
    metricsToken: config.metricsToken,
    isReady: async () => {
      // One that only reads, as after a failover, serves nobody: every reading is recorded.
      const { rows } = await sql<{ writable: boolean }>`
        select current_setting('transaction_read_only') = 'off' as writable`.execute(foundation.db);
      await foundation.vault.openWorkspace(INSTALLATION);
      return rows[0]?.writable === true;
    },
  });
}
