import type { IdentityHandles, Visitor } from "../handles.ts";
import type { Attempt, InvitationPurpose, Verified } from "./attempt.ts";
import type { SsoSession } from "./sso-session.ts";

/** What single sign-on works with; made once, in compose. */
export interface SsoHandles extends IdentityHandles {
  /** Where we are reached, without a slash at its end: the addresses that providers send people back to begin so. */
  readonly publicUrl: string;
  /** Providers on this machine, by origin; plain http is taken from them. Empty unless whoever composes names some. */
  readonly loopbackProviders: readonly string[];
  /** Makes whoever was invited a member by their company account, and signs them in (access/accept-by-account.ts). */
  readonly acceptInvited: (visitor: Visitor, given: InvitedAccount) => Promise<SsoSession>;
}

/** Somebody came back from their provider to accept an invitation. */
export interface InvitedAccount {
  readonly attempt: Attempt;
  readonly purpose: InvitationPurpose;
  readonly verified: Verified;
}

export function oidcRedirectUri({ publicUrl }: Pick<SsoHandles, "publicUrl">, connectionId: string): string {
  return `${publicUrl}/sso/oidc/${connectionId}/callback`;
}

export function samlAddresses({ publicUrl }: Pick<SsoHandles, "publicUrl">, connectionId: string) {
  const base = `${publicUrl}/sso/saml/${connectionId}`;
  return { acs: `${base}/acs`, metadata: `${base}/metadata`, entityId: `${base}/metadata` };
}
