import type { AddressInfo } from "node:net";
import { countRefusals } from "../../server/audit/counted-refusals.ts";
import { openFoundation } from "../../server/compose/foundation.ts";
import { openHttp } from "../../server/compose/open-http.ts";
import { openRooms } from "../../server/compose/open-rooms.ts";
import { periodicJobs } from "../../server/compose/periodic-jobs.ts";
import { readConfig } from "../../server/config/config.ts";
import { closeServer } from "../../server/http/close-server.ts";
import { createWorkspaceWithOwner } from "../../server/identity/create-workspace.ts";
import { commitBatch } from "../../server/inbox/ingest/commit-batch.ts";
import { LIVE_CHANNEL, readChange } from "../../server/inbox/live/live-change.ts";
import { Clockwork } from "../../server/jobs/clockwork.ts";
import { systemClock } from "../../server/platform/clock.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import { listen } from "../../server/platform/listen.ts";
import { openLog } from "../../server/platform/log.ts";
import { Secret } from "../../server/platform/secret.ts";
import { openLocalCertificate } from "../../server/platform/tls/local-certificate.ts";
import type { Update } from "../../server/whatsapp/inbound/update.ts";
import { keepNumber } from "../../server/whatsapp/numbers/keep-number.ts";
import { cpuSeconds } from "./outbox-cpu.ts";
import { answerParent } from "./outbox-process.ts";

/**
 * A whole Wardroom but for one thing: where the simulator would sit is the bench's peer. Built-in PostgreSQL as a first
 * start makes it, the real edge, the real sender.
 */
const peerUrl = process.env["BENCH_PEER_URL"] ?? "";
const config = readConfig({ ...process.env, WARDROOM_LOG_LEVEL: "warn" });
const log = openLog("warn");
const clock = systemClock;
await using opened = new AsyncDisposableStack();
const foundation = opened.use(await openFoundation({ config, log, clock }));
const certificate = opened.use(
  await openLocalCertificate({ dataFolder: foundation.dataDir, names: ["localhost"], clock, log }),
);
const refusals = countRefusals(clock);
const seat = {
  graphUrl: peerUrl,
  ...{ appId: "4711", appSecret: new Secret("bench-app-secret") },
  addNumber: async () => {
    throw new Error("the bench connects its number by itself");
  },
};
const rooms = opened.use(
  await openRooms({
    ...{ foundation, config, clock, wall: clock, log, refusals, simulator: seat },
    intake: "here",
  }),
);
const app = await openHttp({
  ...{ foundation, rooms, config, log, certificate },
  ...{ simulator: null, consoleDist: undefined },
});
opened.defer(() => closeServer(app));
await app.listen({ host: config.host, port: config.port });
opened.use(
  await listen({
    ...{ url: foundation.appUrl, channel: LIVE_CHANNEL, log, onGap: () => rooms.hub.announceGap() },
    onPayload: (payload) => {
      const change = readChange(payload);
      if (change !== undefined) rooms.hub.handle(change);
    },
  }),
);
rooms.sender.start();
const clockwork = opened.use(new Clockwork(periodicJobs({ foundation, rooms, refusals, clock, log }), log));
clockwork.start();

interface Wanted {
  readonly contacts: number;
  readonly throughput: number;
  readonly password: string;
}

/** One workspace, one number of the given throughput, and so many customers who have just written. */
async function prepare({ contacts, throughput, password }: Wanted) {
  const { workspaceId, ...owner } = await createWorkspaceWithOwner(rooms.identity, {
    workspace: { name: "Marsa Home", timeZone: "Asia/Dubai" },
    owner: { name: "Huda", email: "huda@marsahome.example", language: "en", password: new Secret(password) },
    actor: "operator",
  });
  const vault = await foundation.vault.openWorkspace(workspaceId);
  const ids = { appId: "4711", wabaId: "900", phoneNumberId: "106" };
  const secrets = { appSecret: new Secret("bench-app-secret"), accessToken: new Secret("EAAJB-bench-token") };
  const numberId = await inWorkspace(foundation.db, workspaceId, (tx) =>
    keepNumber(
      narrow(tx),
      { vault, audit: foundation.audit },
      {
        claim: {
          ...{ workspaceId, host: "simulator", baseUrl: peerUrl, actor: "operator" },
          credentials: { ...ids, ...secrets },
        },
        facts: { displayPhoneNumber: "+1 555 0100", verifiedName: "Marsa", quality: "GREEN", throughput },
        now: clock(),
      },
    ),
  );
  const part = { workspaceId, ...ids, numberId };
  for (let first = 0; first < contacts; first += SEEDED_AT_ONCE) {
    const updates = Array.from({ length: Math.min(SEEDED_AT_ONCE, contacts - first) }, (_, n) =>
      helloFrom(first + n),
    );
    await commitBatch(
      { ...rooms.inbox, log, onTakenIn: () => undefined, webhookTimes: new Map() },
      workspaceId,
      [{ ...part, updates }],
    );
  }
  return {
    ...{ workspaceId, numberId, totpSecret: owner.totpSecret.reveal() },
    appUrl: foundation.appUrl.reveal(),
    port: (app.server.address() as AddressInfo).port,
    authority: certificate.readAuthority().certificate,
  };
}

const SEEDED_AT_ONCE = 500;

function helloFrom(n: number): Update {
  const waId = `9715${String(n).padStart(8, "0")}`;
  return {
    ...{ kind: "message", body: { kind: "text", text: "hello" }, media: null, wamid: `wamid.in.${n}` },
    from: {
      ...{ userId: null, parentUserId: null, waId },
      ...{ name: null, username: null, identityKeyHash: null },
    },
    ...{ metaAt: clock(), replyToWamid: null, targetWamid: null, forwarded: false, referral: null },
    ...{ standby: false, raw: "{}" },
  };
}

const rest = opened.move();
answerParent(
  {
    prepare,
    wake: (workspaceId: WorkspaceId) => rooms.sender.wake(workspaceId),
    cpuSeconds,
    rssBytes: () => process.memoryUsage.rss(),
  },
  () => rest.disposeAsync(),
);
