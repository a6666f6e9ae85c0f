import { queueMail } from "../../mail/queue-mail.ts";
import type { MailTables } from "../../mail/tables.ts";
import { inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import { countAttempt, countedForToken } from "../attempts.ts";
import { foldEmail, hashEmail } from "../email.ts";
import { type IdentityHandles, record, type Visitor } from "../handles.ts";
import { randomToken } from "../random-code.ts";
import type { IdentityTables, Language } from "../tables.ts";
import { endLinksOf, insertLink, RECOVERY_PATH } from "./recovery-link.ts";

export interface ResetRequest {
  readonly email: string;
  /** Of the page, for the address that nobody has. */
  readonly language: Language;
}

/**
 * Queues a link for a new password, where the address has an account. The answer is the same and so is the work: for an
 * address that nobody has, the same rows are written, about somebody who is not there, and the mail is dropped unsent.
 */
export async function requestReset(
  handles: IdentityHandles,
  visitor: Visitor,
  { email, language }: ResetRequest,
): Promise<void> {
  const { mail: room } = handles;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const attempt = countedForToken(installation, "reset-request", visitor.address);
  await countAttempt(handles.db, attempt, handles.clock());
  if (room === undefined) return;
  const to = foldEmail(email);
  await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const now = handles.clock();
    const login = await findLogin(tx, installation, to);
    const { personId } = login;
    const token = randomToken();
    const isQueued = await queueMail(narrow<MailTables>(tx), installation, room, {
      ...{ kind: "password_reset", to, now, language: login.language ?? language },
      facts: { link: { path: RECOVERY_PATH, token: token.reveal() } },
      ...(login.isKnown ? {} : { forNobody: true as const }),
    });
    // One went out a moment ago: it still works.
    if (!isQueued) return;
    await endLinksOf(tx, installation, personId, { purposes: ["password_reset"], now });
    await insertLink(tx, installation, { personId, purpose: "password_reset", token, now });
    await record(handles, tx, INSTALLATION, {
      kind: "identity.reset_requested",
      actor: "anonymous",
      subject: login.isKnown ? `person:${personId}` : "person:unknown",
      outcome: login.isKnown ? "success" : "refusal",
    });
  });
}

async function findLogin(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  email: string,
): Promise<{ personId: PersonId; isKnown: boolean; language: Language | undefined }> {
  const emailHash = hashEmail(installation, email);
  const route = await tx
    .selectFrom("identity_login")
    .where("email_hash", "=", emailHash)
    .select("person_id")
    .executeTakeFirst();
  // Of nobody, and the same one each time: the second request of a minute ends a link in either case.
  const personId = (route?.person_id ?? uuidOf(emailHash)) as PersonId;
  const person = await tx
    .selectFrom("identity_person")
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", personId)
    .select("language")
    .executeTakeFirst();
  return { personId, isKnown: route !== undefined, language: person?.language };
}

/** Looks like our own ids (version 7), and belongs to nobody: it is made of a keyed hash. */
function uuidOf(hash: Buffer): string {
  const hex = hash.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
