import type { Wardroom } from "../../server/compose.ts";
import type { Config } from "../../server/config/config.ts";
import { listWorkspaceIds } from "../../server/identity/describe-workspace.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import { createHttpClient } from "../../server/platform/http-client.ts";
import { HttpFailure } from "../../server/platform/http-failure.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import { Refusal } from "../../server/platform/refusal.ts";
import { META_GRAPH_URL } from "../../server/whatsapp/graph-access.ts";
import { inspectToken } from "../../server/whatsapp/numbers/inspect-number.ts";
import { listNumbers, type NumberView } from "../../server/whatsapp/numbers/list-numbers.ts";
import { getNumberAccess } from "../../server/whatsapp/numbers/number-access.ts";
import type { WhatsappTables } from "../../server/whatsapp/tables.ts";
import { clockFinding } from "./check-database.ts";
import { attention, type Finding, failing, ok } from "./finding.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days before a token ends. Ours: time to make another one without hurry. */
const RENEW_WITHIN_DAYS = 14;

const META_PORT = "443";

/** What only the server can ask: whether each number's token still works, and whether Meta can reach us. */
export async function checkNumbers(wardroom: Wardroom, config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  const atMeta: NumberView[] = [];
  for (const workspaceId of await listWorkspaceIds(wardroom.rooms.identity)) {
    for (const number of await listConnected(wardroom, workspaceId)) {
      findings.push(await checkNumber(wardroom, workspaceId, number));
      if (number.host === "meta") atMeta.push(number);
    }
  }
  findings.push(checkCallback(config, atMeta));
  if (atMeta.length > 0) findings.push(await checkMetaClock(wardroom.rooms.inbox.clock));
  return findings;
}

async function listConnected({ foundation }: Wardroom, workspaceId: WorkspaceId): Promise<NumberView[]> {
  const vault = await foundation.vault.openWorkspace(workspaceId);
  const numbers = await inWorkspace(foundation.db, workspaceId, (tx) =>
    listNumbers(narrow<WhatsappTables>(tx), vault),
  );
  return numbers.filter((number) => number.state === "connected");
}

async function checkNumber(
  { foundation, rooms }: Wardroom,
  workspaceId: WorkspaceId,
  number: NumberView,
): Promise<Finding> {
  const check = `number ${number.id}`;
  const connectAgain = "Connect the number again with a new access token (console, Numbers).";
  if (number.sendingStopped !== null) {
    return failing(
      check,
      `The number does not send: ${number.sendingStopped}.`,
      "docs/errors.md says what to put right; then let it send again in the console.",
    );
  }
  try {
    const vault = await foundation.vault.openWorkspace(workspaceId);
    const access = await inWorkspace(foundation.db, workspaceId, (tx) =>
      getNumberAccess(narrow<WhatsappTables>(tx), vault, rooms.numbers.hosts, number.id),
    );
    const { host, baseUrl, ...credentials } = access;
    const facts = await inspectToken(rooms.numbers.graph, {
      ...{ workspaceId, host, baseUrl, credentials },
      actor: "operator",
    });
    if (facts.missingScopes.length > 0)
      return failing(check, `The access token lacks ${facts.missingScopes.join(" and ")}.`, connectAgain);
    const days =
      facts.expiresAt === null
        ? undefined
        : Math.floor((facts.expiresAt.getTime() - rooms.inbox.clock().getTime()) / DAY_MS);
    if (days !== undefined && days < RENEW_WITHIN_DAYS)
      return attention(check, `The access token ends in ${days} days.`, connectAgain);
    return ok(check, `The access token works (${number.host}).`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.kind === "unavailable" || error.kind === "rate_limited"
      ? attention(
          check,
          `The token could not be tried: ${error.code}.`,
          "Try again; docs/errors.md says more.",
        )
      : failing(check, `The access token does not work: ${error.code}.`, connectAgain);
  }
}

/** Whether Meta could reach our callback. It comes from outside: from here only the settings can be judged. */
export function checkCallback(
  { publicUrl, publicUrlGiven }: Config,
  atMeta: ReadonlyArray<Pick<NumberView, "lastWebhookAt">>,
): Finding {
  const check = "callback";
  if (atMeta.length === 0)
    return ok(check, "No number at Meta is connected, so nobody outside has to reach this machine.");
  if (!publicUrlGiven || isLocal(publicUrl.hostname)) {
    return failing(
      check,
      `Meta cannot reach ${publicUrl.origin}.`,
      "Set WARDROOM_PUBLIC_URL to the public https address of this installation.",
    );
  }
  if ((publicUrl.port || META_PORT) !== META_PORT) {
    return attention(
      check,
      `The public address uses port ${publicUrl.port}.`,
      "Let Meta come by port 443, through a proxy or a forwarding.",
    );
  }
  if (atMeta.some((number) => number.lastWebhookAt === null)) {
    return attention(
      check,
      "No webhook has come in yet for a connected number.",
      "Enter the callback address and verify token at Meta (console, Numbers), and write to the number.",
    );
  }
  return ok(check, `Meta reaches ${publicUrl.origin}: webhooks have come in.`);
}

function isLocal(hostname: string): boolean {
  return /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1)|\.(local|internal|test)$/.test(
    hostname,
  );
}

async function checkMetaClock(now: () => Date): Promise<Finding> {
  await using http = createHttpClient({ origins: [META_GRAPH_URL] });
  try {
    const { headers } = await http.send({ method: "GET", url: META_GRAPH_URL });
    const theirs = Date.parse(String(headers["date"]));
    if (Number.isNaN(theirs)) return attention("Meta's clock", "Meta's answer had no date.", "Try again.");
    // The header has whole seconds, so it is half a second behind on average.
    return clockFinding("Meta's clock", "Meta's", (theirs + 500 - now().getTime()) / 1000);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return attention(
      "Meta's clock",
      `Meta could not be reached (${error.code}).`,
      "Let this machine connect to graph.facebook.com on port 443.",
    );
  }
}
