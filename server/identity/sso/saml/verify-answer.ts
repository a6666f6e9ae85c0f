import type { Profile } from "@node-saml/node-saml";
import { z } from "zod";
import { inWorkspace, narrow } from "../../../platform/database.ts";
import { Refusal } from "../../../platform/refusal.ts";
import type { Verified } from "../attempt.ts";
import type { SamlConnection } from "../connection.ts";
import { type SsoHandles, samlAddresses } from "../handles.ts";
import { EMAIL_ATTRIBUTES, OBJECT_ID_ATTRIBUTE } from "../settings.ts";
import type { SsoTables } from "../tables.ts";
import { type AssertionFacts, readAssertion } from "./read-assertion.ts";
import { serviceProvider } from "./service-provider.ts";

/** How far the provider's clock may be from ours, in ms. Ours. */
const SKEW_MS = 60_000;

/** How long an assertion may be good for, in ms, whatever it says itself. Ours: longer ones would have to be remembered. */
const MAX_LIFE_MS = 60 * 60 * 1000;

/**
 * Checks an answer of the provider: an assertion that is signed itself, with SHA-2, under a certificate that an Admin
 * gave; for us, to this address, in answer to this very request, now, for the first time. Anything else is one refusal.
 */
export async function verifySamlAnswer(
  handles: SsoHandles,
  connection: SamlConnection,
  given: { readonly response: string; readonly requestId: string },
): Promise<Verified> {
  try {
    const facts = await openAssertion(handles, connection, given);
    const expiresAt = requireFitting(handles, connection, facts, given.requestId);
    await spendAssertion(handles, connection, facts, expiresAt);
    const { settings } = connection;
    const ids = { name_id: facts.nameId, object_id: facts.attributes.get(OBJECT_ID_ATTRIBUTE) };
    const directoryId = settings.directoryClaim === null ? null : (ids[settings.directoryClaim] ?? null);
    return {
      issuer: settings.entityId,
      subject: facts.nameId,
      directoryId,
      email: emailOf(facts.attributes),
      acr: facts.authnContext,
      amr: [],
    };
  } catch (cause) {
    throw new Refusal("forbidden", "sso.answer_refused", { cause });
  }
}

/** SAML has no word for verified: what the company's provider signs of an address is its own to answer for. */
function emailOf(attributes: AssertionFacts["attributes"]): string | null {
  const [email] = EMAIL_ATTRIBUTES.flatMap((name) => attributes.get(name) ?? []);
  return z.email().max(254).safeParse(email).data ?? null;
}

/** Signatures and digests of yesterday, and those made with a shared secret. */
const WEAK = /xmldsig#(rsa-sha1|dsa-sha1|sha1|hmac-[a-z0-9]+)|xmldsig-more#hmac|#md5|#rsa-md5/i;

async function openAssertion(
  handles: SsoHandles,
  connection: SamlConnection,
  { response, requestId }: { readonly response: string; readonly requestId: string },
): Promise<AssertionFacts> {
  const xml = Buffer.from(response, "base64")
    .toString("utf8")
    .replace(/^\s*<\?xml[^?>]*\?>/, "");
  // No comments (which cut a name in two for one reader and not for the other), no entities, no CDATA, no instructions.
  if (/<[!?]/.test(xml)) throw new Error("more than elements in the answer");
  if (WEAK.test(xml)) throw new Error("a signature of yesterday");
  const provider = serviceProvider(handles, connection, requestId);
  const { profile } = await provider.validatePostResponseAsync({
    SAMLResponse: Buffer.from(xml).toString("base64"),
  });
  if (profile === null || (profile as Profile).getAssertion === undefined) throw new Error("no assertion");
  // Only what the signature covered: the library parsed it from the very bytes that it verified.
  return readAssertion((profile as Profile).getAssertion?.());
}

/** Returns when the assertion ends, by when it need not be remembered any more. */
function requireFitting(
  handles: SsoHandles,
  { id, settings }: SamlConnection,
  facts: AssertionFacts,
  requestId: string,
): Date {
  const { acs, entityId } = samlAddresses(handles, id);
  const now = (handles.wall ?? handles.clock)().getTime();
  const fits =
    facts.issuer === settings.entityId &&
    facts.audiences.includes(entityId) &&
    facts.recipient === acs &&
    facts.inResponseTo === requestId &&
    facts.notBefore.getTime() <= now + SKEW_MS &&
    facts.notOnOrAfter.getTime() > now - SKEW_MS &&
    facts.issuedAt.getTime() <= now + SKEW_MS &&
    facts.issuedAt.getTime() > now - MAX_LIFE_MS;
  if (!fits) throw new Error("an assertion for somebody or sometime else");
  return new Date(Math.min(facts.notOnOrAfter.getTime(), now + MAX_LIFE_MS) + SKEW_MS);
}

/** Each assertion signs in once, on every node. */
async function spendAssertion(
  handles: SsoHandles,
  { workspaceId }: SamlConnection,
  { issuer, id }: AssertionFacts,
  expiresAt: Date,
): Promise<void> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const assertion_hash = vault.hash("saml_assertion", JSON.stringify([issuer, id]));
  const spent = await inWorkspace(handles.db, workspaceId, async (tx) => {
    const table = narrow<SsoTables>(tx);
    await table
      .deleteFrom("identity_sso_assertion")
      .where("workspace_id", "=", workspaceId)
      .where("expires_at", "<=", handles.clock())
      .execute();
    return table
      .insertInto("identity_sso_assertion")
      .values({ workspace_id: workspaceId, assertion_hash, expires_at: expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .returning("expires_at")
      .executeTakeFirst();
  });
  if (spent === undefined) throw new Error("an assertion that was used before");
}
