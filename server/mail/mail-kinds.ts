/** Roles and factors by their codes; the texts have the words. */
export type RoleCode = "agent" | "team_lead" | "admin" | "owner";
export type FactorCode = "passkey" | "totp" | "recovery_codes";

/** A link: a path of ours, and the token that stands behind `#`, where browsers send it to nobody. */
export interface MailLink {
  /** "/recover" */
  readonly path: string;
  readonly token: string;
}

/**
 * Every mail that Wardroom sends, and the facts that its words are made of. A new one stands here first; the compiler
 * then asks for its words in each language (texts/).
 */
export interface MailFacts {
  readonly invitation: {
    readonly workspaceName: string;
    readonly inviterName: string;
    readonly role: RoleCode;
    readonly expiresAt: Date;
    readonly link: MailLink;
  };

  readonly password_reset: { readonly link: MailLink };
  readonly password_changed: { readonly at: Date; readonly how: "profile" | "reset" | "recovery" };
  /** The hundredth guess in a row failed. */
  readonly guessed_out: { readonly at: Date; readonly factor: "password" | "totp" };
  readonly new_password_asked: {
    readonly workspaceName: string;
    readonly byName: string;
    readonly at: Date;
  };

  readonly factor_added: { readonly at: Date; readonly factor: FactorCode };
  readonly factor_removed: { readonly at: Date; readonly factor: FactorCode };
  readonly new_device: {
    readonly at: Date;
    /** "Firefox 142 · Windows"; null for one that does not say what it is. */
    readonly device: string | null;
    /** A country's name or null where it is not known. */
    readonly country: string | null;
  };

  /** To the new address. */
  readonly email_confirm: { readonly link: MailLink; readonly expiresAt: Date };
  /** To the present address: somebody asked for another one. */
  readonly email_change_asked: { readonly at: Date; readonly stop: MailLink; readonly stopUntil: Date };
  /** To an address that has an account, instead of email_confirm. */
  readonly email_known: { readonly at: Date };
  /** To both addresses. */
  readonly email_changed: { readonly at: Date };
  /** To both addresses: the change was stopped, or taken back. */
  readonly email_change_stopped: { readonly at: Date };

  readonly factor_reset_pending: {
    readonly workspaceName: string;
    readonly byName: string;
    readonly dueAt: Date;
    readonly cancel: MailLink;
  };
  readonly factor_reset_cancelled: { readonly workspaceName: string };
  readonly factor_reset_done: { readonly workspaceName: string; readonly until: Date };
  /** To every Owner of the workspace. */
  readonly owner_recovered: {
    readonly workspaceName: string;
    readonly ownerName: string;
    readonly at: Date;
  };

  readonly workspace_deletion_announced: {
    readonly workspaceName: string;
    readonly byName: string;
    readonly dueAt: Date;
  };
  readonly workspace_deletion_cancelled: { readonly workspaceName: string; readonly byName: string };
  readonly budget_reached: {
    readonly workspaceName: string;
    /** "2026-11" */
    readonly month: string;
    /** Whole per cent of the budget that the estimate has reached. */
    readonly percent: number;
  };
  /** To every Admin and Owner: something of the company's accounts or directory works until then. */
  readonly access_ending: {
    readonly workspaceName: string;
    readonly what: "directory_token" | "provider_trust";
    readonly endsAt: Date;
  };
  readonly ownership_offered: { readonly workspaceName: string; readonly byName: string };
}

export type MailKind = keyof MailFacts;
export type MailLanguage = "en" | "ar";

/** What somebody who is not signed in can cause: at most one a minute for each recipient. */
export const STRANGERS_KINDS: ReadonlySet<MailKind> = new Set(["password_reset", "guessed_out"]);

/** Notices that something of one's own account changed: they name whom to tell when it was not oneself. */
export const NOTICES: ReadonlySet<MailKind> = new Set([
  ...(["new_device", "password_changed", "new_password_asked"] as const),
  ...(["factor_added", "factor_removed"] as const),
]);

const MINUTE_MS = 60_000;

/** How long a mail is worth sending, in ms. Ours: a day, after which news is no news; a link no longer than it works. */
export const WORTH_MS: Readonly<Partial<Record<MailKind, number>>> & { readonly other: number } = {
  other: 24 * 60 * MINUTE_MS,
  password_reset: 10 * MINUTE_MS,
  // Told twice in two weeks, and still true when a mail server comes back.
  access_ending: 3 * 24 * 60 * MINUTE_MS,
};
