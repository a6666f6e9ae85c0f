import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION, newId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import { refuseForged } from "../forged-row.ts";
import { randomToken } from "../random-code.ts";
import { type AttemptContent, beginAttempt, hashBrowser, type Purpose } from "./attempt.ts";
import { findConnection, findConnectionRoute, type SsoConnection } from "./connection.ts";
import type { SsoHandles } from "./handles.ts";
import { newOidcQuestion, oidcAuthorizationUrl } from "./oidc/ask-provider.ts";
import { samlSignInUrl } from "./saml/ask-provider.ts";

export interface Begin {
  readonly connectionId: string;
  readonly purpose: Purpose;
  /** A path of ours to lead to afterwards. */
  readonly next: string | null;
}

export interface Begun {
  /** Where the browser goes now. */
  readonly location: string;
  /** For its cookie: whoever comes back without it began somewhere else. */
  readonly browser: Secret<string>;
}

/** Sends a browser to the company's provider. A test goes through a connection that is off, too: that is what it is for. */
export async function beginSso(handles: SsoHandles, { connectionId, purpose, next }: Begin): Promise<Begun> {
  const connection = await getConnection(handles, connectionId);
  if (!connection.enabled && purpose.kind !== "test") throw notFound();
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const browser = randomToken();
  const kept = { purpose, next, browser: hashBrowser(installation, browser.reveal()) };
  const keep = (step: AttemptContent["step"]) => {
    const { workspaceId } = connection;
    return beginAttempt(handles, { ...kept, step, workspaceId, connectionId });
  };
  if (connection.protocol === "oidc") {
    const question = newOidcQuestion();
    const state = await keep({ at: "oidc", ...question });
    // Who signs in is known by issuer and subject: their address is asked for where an invitation is bound to one.
    const scope = purpose.kind === "invitation" ? "openid email" : "openid";
    const asked = { ...question, state, scope } as const;
    return { browser, location: await oidcAuthorizationUrl(handles, connection, asked) };
  }
  const requestId = `_${newId<string>()}`;
  const state = await keep({ at: "saml", requestId });
  return { browser, location: await samlSignInUrl(handles, connection, { requestId, state }) };
}

/** The connection of an address of ours. Refuses one that is not there and one that somebody else wrote alike. */
export async function getConnection(handles: SsoHandles, connectionId: string): Promise<SsoConnection> {
  const route = await findConnectionRoute(handles.db, connectionId);
  if (route === undefined) throw notFound();
  const vault = await handles.vault.openWorkspace(route.workspaceId);
  const connection = await refuseForged(handles, notFound(), () =>
    inWorkspace(handles.db, route.workspaceId, (tx) => findConnection(tx, vault, route.protocol)),
  );
  if (connection?.id !== connectionId) throw notFound();
  return connection;
}

function notFound(): Refusal {
  return new Refusal("not_found", "sso.connection_not_found");
}
