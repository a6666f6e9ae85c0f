import type { MailRoom } from "../../mail/mail-room.ts";
import { queueMail } from "../../mail/queue-mail.ts";
import type { MailTables } from "../../mail/tables.ts";
import { inScope, inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { type Actor, actorName } from "../actor.ts";
import { countAttempt, countedForToken } from "../attempts.ts";
import { foldEmail, hashEmail } from "../email.ts";
import { type IdentityHandles, record, type Visitor } from "../handles.ts";
import { findAddress } from "../mail-person.ts";
import type { IdentityTables } from "../tables.ts";
import { type EmailChange, findAskedChange, insertEmailChange, updateEmailChange } from "./email-change.ts";
import { endLinksOf, insertLink, LINK_MS, RECOVERY_PATH } from "./recovery-link.ts";

/**
 * Asks for another address. Nothing changes until the new one confirms it, and the present one is told with a link that
 * stops it. Whether the new one belongs to somebody else is not told here: that person is told instead, and to whoever
 * asks everything looks and takes the same. The gate has asked for a fresh factor.
 */
export async function askEmailChange(
  handles: IdentityHandles,
  actor: Actor,
  visitor: Visitor,
  email: string,
): Promise<void> {
  const { mail: room } = handles;
  // Without a mail nobody could confirm, and an address that nobody confirmed is somebody else's.
  if (room === undefined) throw new Refusal("conflict", "identity.mail_not_set");
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  // Each tells a stranger something by mail: as slow as guessing.
  await countAttempt(
    handles.db,
    countedForToken(installation, "email-change", visitor.address),
    handles.clock(),
  );
  const after = foldEmail(email);
  await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const { personId, workspaceId } = actor;
    const now = handles.clock();
    const present = await findAddress(tx, installation, personId);
    if (present === undefined) throw new Refusal("unauthenticated", "session.none");
    if (present.email === after) throw new Refusal("invalid", "identity.email_unchanged");
    await endAsked(tx, installation, actor, now);
    const change = await insertEmailChange(tx, installation, { personId, before: present.email, after, now });
    await tell(tx, { installation, room, change, language: present.language, now });
    await inScope(tx, workspaceId, () =>
      record(handles, tx, workspaceId, {
        ...{ kind: "identity.email_change_asked", actor: actorName(actor), outcome: "success" },
        subject: `person:${personId}`,
      }),
    );
  });
}

interface Telling {
  readonly installation: WorkspaceVault;
  readonly room: MailRoom;
  readonly change: EmailChange;
  readonly language: "en" | "ar";
  readonly now: Date;
}

/** Both links are made and both mails are written, whoever has the new address. */
async function tell(
  tx: Tx<IdentityTables>,
  { installation, room, change, language, now }: Telling,
): Promise<void> {
  const { personId, id: aboutId } = change;
  const confirm = await insertLink(tx, installation, { personId, purpose: "email_confirm", aboutId, now });
  const stop = await insertLink(tx, installation, { personId, purpose: "email_stop", aboutId, now });
  const holder = await findHolder(tx, installation, change.after);
  const mails = narrow<MailTables>(tx);
  const link = { path: RECOVERY_PATH, token: confirm.reveal() };
  if (holder === undefined)
    await queueMail(mails, installation, room, {
      ...{ kind: "email_confirm", to: change.after, language, now },
      facts: { link, expiresAt: change.expiresAt },
    });
  else
    await queueMail(mails, installation, room, {
      ...{ kind: "email_known", to: change.after, language: holder, now, facts: { at: now } },
    });
  await queueMail(mails, installation, room, {
    ...{ kind: "email_change_asked", to: change.before, language, now },
    facts: {
      at: now,
      stop: { path: RECOVERY_PATH, token: stop.reveal() },
      stopUntil: new Date(now.getTime() + LINK_MS.email_stop),
    },
  });
}

/** The language of the person who has an address. */
async function findHolder(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  email: string,
): Promise<"en" | "ar" | undefined> {
  const login = await tx
    .selectFrom("identity_login")
    .where("email_hash", "=", hashEmail(installation, email))
    .select("person_id")
    .executeTakeFirst();
  const person = await tx
    .selectFrom("identity_person")
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", login?.person_id ?? INSTALLATION)
    .select("language")
    .executeTakeFirst();
  return login === undefined ? undefined : (person?.language ?? "en");
}

/** The change that waits, as its person sees it. */
export async function findOwnEmailChange(
  handles: IdentityHandles,
  { personId }: Actor,
): Promise<Pick<EmailChange, "after" | "expiresAt"> | undefined> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return inWorkspace(handles.db, INSTALLATION, (tx) =>
    findAskedChange(tx, installation, personId, handles.clock()),
  );
}

/** Takes back what one has asked for oneself. Harmless where nothing waits. */
export async function withdrawEmailChange(handles: IdentityHandles, actor: Actor): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    if (!(await endAsked(tx, installation, actor, handles.clock()))) return;
    await inScope(tx, actor.workspaceId, () =>
      record(handles, tx, actor.workspaceId, {
        ...{ kind: "identity.email_change_stopped", actor: actorName(actor), outcome: "success" },
        ...{ subject: `person:${actor.personId}`, detail: { by: "session" } },
      }),
    );
  });
}

async function endAsked(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId }: Pick<Actor, "personId">,
  now: Date,
): Promise<boolean> {
  const asked = await findAskedChange(tx, installation, personId, now);
  if (asked === undefined) return false;
  await updateEmailChange(tx, installation, asked, "stopped");
  const purposes = ["email_confirm", "email_stop"] as const;
  await endLinksOf(tx, installation, personId, { purposes, aboutId: asked.id, now });
  return true;
}
