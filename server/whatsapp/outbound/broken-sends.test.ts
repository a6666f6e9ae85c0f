import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { BROKEN_SENDS, type BrokenSend, type Fate } from "../../../tests/support/broken-sends.ts";
import { createHttpClient, type HttpClient } from "../../platform/http-client.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { Secret } from "../../platform/secret.ts";
import { createGraphClient, type GraphClient } from "../graph-client.ts";
import type { NumberAccess } from "../numbers/number-access.ts";
import { postAttempt } from "./attempt.ts";
import type { OpenRow } from "./claim-rows.ts";
import type { Outcome } from "./outcome.ts";

const FATES: Readonly<Record<Outcome["kind"], Fate>> = {
  accepted: "accepted",
  failed: "failed",
  in_doubt: "in doubt",
  again: "sent again",
  stopped: "waits",
};

/** Each row in a connection of its own, all at once: most of them are waits. */
test("every way in which a request can break has the fate that docs/in-doubt.md names", {
  concurrency: 16,
}, async (t) => {
  await Promise.all(
    BROKEN_SENDS.map((row) =>
      t.test(row.how, async () => {
        const outcome = await outcomeOf(row);
        const reason = outcome.kind === "accepted" ? null : outcome.failure.reason;
        assert.deepEqual([FATES[outcome.kind], reason], [row.fate, row.reason]);
      }),
    ),
  );
});

async function outcomeOf(row: BrokenSend): Promise<Outcome> {
  await using peer = await row.peer();
  const origin = `${row.tls === true ? "https" : "http"}://${row.host ?? "127.0.0.1"}:${peer.port}`;
  // With a name of the wide world the rule is the one for Meta; the peers themselves are on this machine.
  const reach = row.host === undefined ? { origins: [], loopbackOrigins: [origin] } : { origins: [origin] };
  await using http = createHttpClient({
    ...reach,
    ...{ connectTimeoutMs: 500, headersTimeoutMs: 700, bodyTimeoutMs: 700 },
    ...(row.connectionTaken === true ? { maxConnections: 1 } : {}),
  });
  if (row.connectionTaken === true) await takeConnection(http, origin);
  const graph = withDeadline(
    createGraphClient({ http, clock: () => new Date(), onCall: () => undefined }),
    row.deadlineMs ?? 5_000,
  );
  const begunAt = new Date(Date.now() - (row.attemptAgeMs ?? 0));
  const tools = { graph, clock: () => new Date() };
  return await postAttempt(tools, accessAt(origin), someRow(), { begunAt, metaMediaIds: new Map() });
}

/** The sender's own deadline is half a minute; the rows that reach it do so sooner. */
function withDeadline(graph: GraphClient, deadlineMs: number): GraphClient {
  return { call: (access, request) => graph.call(access, { ...request, deadlineMs }) };
}

async function takeConnection(http: HttpClient, origin: string): Promise<void> {
  const url = `${origin}/other`;
  http.send({ method: "POST", url, body: "x", deadlineMs: 5_000 }).catch(() => undefined);
  await sleep(100);
}

function accessAt(baseUrl: string): NumberAccess {
  return {
    ...{ workspaceId: newId<WorkspaceId>(), numberId: newId<string>(), phoneNumberId: "106", wabaId: "900" },
    ...{ appId: "4711", host: "simulator", baseUrl },
    ...{ accessToken: new Secret("EAAJB-test-token"), appSecret: new Secret("test-app-secret") },
  };
}

function someRow(): OpenRow {
  const to = { waId: "971500000142", userId: null };
  const payload = { kind: "text" as const, to, text: "once", previewUrl: false, replyToWamid: null };
  const ids = { id: newId<string>(), contactId: newId<string>(), kind: "message" as const };
  return { ...ids, attempts: 1, createdAt: new Date(), payload };
}
