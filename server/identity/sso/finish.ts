import { timingSafeEqual } from "node:crypto";
import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import { refuseForged } from "../forged-row.ts";
import { recordRefusal, type Visitor } from "../handles.ts";
import { type Attempt, beginAttempt, hashBrowser, takeAttempt, type Verified } from "./attempt.ts";
import { getConnection } from "./begin.ts";
import { type OidcConnection, openClientSecret, type SamlConnection } from "./connection.ts";
import type { SsoHandles } from "./handles.ts";
import { linkAccount } from "./link-account.ts";
import { noteTested } from "./note-tested.ts";
import { verifyOidcAnswer } from "./oidc/verify-answer.ts";
import { verifySamlAnswer } from "./saml/verify-answer.ts";
import { signInBySso } from "./sign-in.ts";
import type { SsoSession } from "./sso-session.ts";

/** What came of a round trip, and where the browser is led. */
export interface Finished {
  readonly purpose: Attempt["purpose"]["kind"];
  readonly next: string | null;
  readonly outcome:
    | { readonly kind: "done" }
    | { readonly kind: "signed_in"; readonly started: SsoSession }
    | { readonly kind: "refused"; readonly code: string };
}

export interface OidcReturn {
  readonly connectionId: string;
  /** As it stands in the address. */
  readonly query: URLSearchParams;
  /** Of the browser that came. */
  readonly browser: string | undefined;
}

/** The provider sent a browser back with a code. */
export async function finishOidc(
  handles: SsoHandles,
  visitor: Visitor,
  { connectionId, query, browser }: OidcReturn,
): Promise<Finished> {
  const states = query.getAll("state");
  return finish(
    handles,
    visitor,
    { connectionId, browser, state: states.length === 1 ? states[0] : undefined },
    async (attempt, state) => {
      const { step } = attempt;
      const connection = await getOpenConnection(handles, attempt);
      if (step.at !== "oidc" || connection.protocol !== "oidc") throw answerRefused();
      const secret = await clientSecretOf(handles, connection);
      return verifyOidcAnswer(handles, connection, { ...step, state, secret, query });
    },
  );
}

export interface SamlReturn {
  readonly connectionId: string;
  readonly response: string;
  readonly relayState: string | undefined;
}

/** How long a browser has to follow the redirect after an assertion, in ms. Ours. */
const TICKET_MS = 60_000;

/**
 * The provider had a browser post an assertion. The post carries no cookie, so what was verified waits under a ticket
 * that only the browser that began can use.
 */
export async function takeSamlAnswer(
  handles: SsoHandles,
  visitor: Visitor,
  { connectionId, response, relayState }: SamlReturn,
): Promise<{ readonly ticket: Secret<string> } | Finished> {
  let purpose: Attempt["purpose"]["kind"] = "sign_in";
  let next: string | null = null;
  try {
    const attempt = await refuseForged(handles, answerRefused(), () => takeAttempt(handles, relayState));
    if (attempt === undefined || attempt.connectionId !== connectionId) throw stateUnknown();
    purpose = attempt.purpose.kind;
    next = attempt.next;
    const { step, ...kept } = attempt;
    const connection = await getOpenConnection(handles, attempt);
    if (step.at !== "saml" || connection.protocol !== "saml") throw answerRefused();
    const verified = await verifySaml(handles, connection, { response, requestId: step.requestId });
    const ticket = await beginAttempt(handles, {
      ...kept,
      forMs: TICKET_MS,
      step: { at: "saml_verified", verified },
    });
    return { ticket };
  } catch (error) {
    return { purpose, next, outcome: await refusedOutcome(handles, visitor, connectionId, error) };
  }
}

/** The browser followed the redirect after its assertion. */
export async function finishSaml(
  handles: SsoHandles,
  visitor: Visitor,
  given: {
    readonly connectionId: string;
    readonly ticket: string | undefined;
    readonly browser: string | undefined;
  },
): Promise<Finished> {
  return finish(handles, visitor, { ...given, state: given.ticket }, async ({ step }) => {
    if (step.at !== "saml_verified") throw answerRefused();
    return step.verified;
  });
}

async function finish(
  handles: SsoHandles,
  visitor: Visitor,
  given: {
    readonly connectionId: string;
    readonly state: string | undefined;
    readonly browser: string | undefined;
  },
  verify: (attempt: Attempt, state: string) => Promise<Verified>,
): Promise<Finished> {
  let purpose: Attempt["purpose"]["kind"] = "sign_in";
  let next: string | null = null;
  try {
    const attempt = await refuseForged(handles, answerRefused(), () => takeAttempt(handles, given.state));
    if (attempt === undefined || given.state === undefined) throw stateUnknown();
    await requireSameBrowser(handles, attempt, given.browser);
    // Another provider's address: the mix-up (RFC 9700, section 4.4).
    if (attempt.connectionId !== given.connectionId) throw answerRefused();
    purpose = attempt.purpose.kind;
    next = attempt.next;
    const verified = await verify(attempt, given.state);
    return { purpose, next, outcome: await use(handles, visitor, attempt, verified) };
  } catch (error) {
    return { purpose, next, outcome: await refusedOutcome(handles, visitor, given.connectionId, error) };
  }
}

async function use(
  handles: SsoHandles,
  visitor: Visitor,
  attempt: Attempt,
  verified: Verified,
): Promise<Finished["outcome"]> {
  const { purpose } = attempt;
  if (purpose.kind === "sign_in")
    return { kind: "signed_in", started: await signInBySso(handles, visitor, attempt, verified) };
  if (purpose.kind === "invitation") {
    const started = await handles.acceptInvited(visitor, { attempt, purpose, verified });
    return { kind: "signed_in", started };
  }
  if (purpose.kind === "link") await linkAccount(handles, attempt, purpose, verified);
  else await noteTested(handles, attempt, purpose, verified);
  return { kind: "done" };
}

/** A refusal is told to the browser as a code and put on record; anything else is a fault of ours. */
async function refusedOutcome(
  handles: SsoHandles,
  visitor: Visitor,
  connectionId: string,
  error: unknown,
): Promise<Finished["outcome"]> {
  if (!(error instanceof Refusal)) throw error;
  const kind = "identity.sso_refused";
  const subject = `connection:${connectionId}`;
  await recordRefusal(handles, visitor.address, { kind, subject, reason: error.code });
  return { kind: "refused", code: error.code };
}

async function requireSameBrowser(
  handles: SsoHandles,
  attempt: Attempt,
  browser: string | undefined,
): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const came = Buffer.from(browser === undefined ? "" : hashBrowser(installation, browser));
  const began = Buffer.from(attempt.browser);
  if (came.length !== began.length || !timingSafeEqual(came, began)) throw stateUnknown();
}

async function getOpenConnection(
  handles: SsoHandles,
  { connectionId, purpose }: Attempt,
): Promise<OidcConnection | SamlConnection> {
  const connection = await getConnection(handles, connectionId);
  if (!connection.enabled && purpose.kind !== "test") throw answerRefused();
  return connection;
}

async function clientSecretOf(handles: SsoHandles, connection: OidcConnection): Promise<Secret<string>> {
  const vault = await handles.vault.openWorkspace(connection.workspaceId);
  return inWorkspace(handles.db, connection.workspaceId, (tx) => openClientSecret(tx, vault, connection));
}

async function verifySaml(
  handles: SsoHandles,
  connection: SamlConnection,
  given: { readonly response: string; readonly requestId: string },
): Promise<Verified> {
  return verifySamlAnswer(handles, connection, given);
}

function answerRefused(): Refusal {
  return new Refusal("forbidden", "sso.answer_refused");
}

function stateUnknown(): Refusal {
  return new Refusal("forbidden", "sso.state_unknown");
}
