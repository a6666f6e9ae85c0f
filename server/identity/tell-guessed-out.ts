import { queueMail } from "../mail/queue-mail.ts";
import type { MailTables } from "../mail/tables.ts";
import { inScope, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { PersonId } from "./actor.ts";
import type { Guessable } from "./guess-run.ts";
import { type IdentityHandles, record } from "./handles.ts";
import { findAddress } from "./mail-person.ts";
import { listMemberships } from "./recovery/person-workspaces.ts";
import type { IdentityTables } from "./tables.ts";

export interface GuessedOut {
  readonly what: Guessable;
  /** Of nobody, for an address that has no account. */
  readonly personId: PersonId;
  /** The address that was typed, where nobody has it. */
  readonly nobody?: string | undefined;
}

/**
 * Tells a person, and the log of each of their workspaces, that the hundredth guess in a row failed. For an address that
 * nobody has, the same is written and the mail is dropped unsent. `tx` in any scope.
 */
export async function tellGuessedOut(
  handles: Pick<IdentityHandles, "audit" | "clock" | "mail">,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { what, personId, nobody }: GuessedOut,
): Promise<void> {
  const now = handles.clock();
  const found = await findAddress(tx, installation, personId);
  const address = found ?? (nobody === undefined ? undefined : { email: nobody, language: "en" as const });
  if (handles.mail !== undefined && address !== undefined)
    await queueMail(narrow<MailTables>(tx), installation, handles.mail, {
      ...{ kind: "guessed_out", to: address.email, language: address.language, now },
      facts: { at: now, factor: what },
      ...(found === undefined ? { forNobody: true as const } : {}),
    });
  const event = {
    kind: "identity.guessed_out",
    actor: "anonymous",
    outcome: "success",
    detail: { factor: what },
  } as const;
  const memberships = await listMemberships(tx, personId);
  for (const { workspaceId } of memberships)
    await inScope(tx, workspaceId, () =>
      record(handles, tx, workspaceId, { ...event, subject: `person:${personId}` }),
    );
  if (memberships.length === 0)
    await inScope(tx, INSTALLATION, () =>
      record(handles, tx, INSTALLATION, { ...event, subject: "person:unknown" }),
    );
}
