/** Whom a browser makes passkeys for, and from which page it may use them (WebAuthn Level 3, section 5.1.2). */
export interface RelyingParty {
  /** A host name, without a port. A passkey made for one opens nothing under another. */
  readonly id: string;
  /** Exactly one: a page of another name or port of the same host is another page. */
  readonly origin: string;
  /** Shown by the browser. */
  readonly name: string;
}

export function relyingPartyOf(publicUrl: URL): RelyingParty {
  return { id: publicUrl.hostname, origin: publicUrl.origin, name: "Wardroom" };
}
