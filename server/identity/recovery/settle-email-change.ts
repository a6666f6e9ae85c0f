import { queueMail } from "../../mail/queue-mail.ts";
import type { MailTables } from "../../mail/tables.ts";
import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { IdentityHandles, Visitor } from "../handles.ts";
import { findAddress } from "../mail-person.ts";
import { deleteSessions } from "../session.ts";
import { type EmailChange, lockEmailChange, replaceEmail, updateEmailChange } from "./email-change.ts";
import { recordForPerson } from "./person-workspaces.ts";
import { endLink, endLinksOf } from "./recovery-link.ts";
import { type LinkAct, withLink } from "./use-link.ts";

/** The holder of the new address says yes: from now on it is the one that signs in. */
export async function confirmEmailChange(
  handles: IdentityHandles,
  visitor: Visitor,
  token: string,
): Promise<void> {
  await withLink(handles, visitor, { token, purposes: ["email_confirm"] }, async (act) => {
    const change = await getChange(act);
    if (change.state !== "asked") throw ended();
    const { personId, after: email } = change;
    const isTheirs = await replaceEmail(act.tx, act.installation, { personId, email, now: act.now });
    // Taken since it was asked for. Whoever reads this has the mailbox: nothing is told to anybody else.
    if (!isTheirs) throw ended();
    await updateEmailChange(act.tx, act.installation, change, "confirmed");
    await endLink(act.tx, act.installation, act.link, act.now);
    // What was mailed to the address before must not open the account of the one after.
    await endLinksOf(act.tx, act.installation, personId, { purposes: ["password_reset"], now: act.now });
    await recordForPerson(handles, act.tx, personId, { kind: "identity.email_changed", outcome: "success" });
    await tellBoth(handles, act, change, "email_changed");
  });
}

/**
 * The holder of the address before says no: what was only asked for does not happen, what was confirmed is taken back,
 * with all changes after it, and all sessions end. The second factor stays what it was, so that an old mailbox alone still opens nothing.
 */
export async function stopEmailChange(
  handles: IdentityHandles,
  visitor: Visitor,
  token: string,
): Promise<"stopped" | "reverted"> {
  return withLink(handles, visitor, { token, purposes: ["email_stop"] }, async (act) => {
    const change = await getChange(act);
    const { personId } = change;
    const outcome = await takeBack(act, change);
    await updateEmailChange(act.tx, act.installation, change, outcome);
    await endLink(act.tx, act.installation, act.link, act.now);
    const purposes = ["email_confirm", "password_reset"] as const;
    await endLinksOf(act.tx, act.installation, personId, { purposes, now: act.now });
    // A thief who went on from address to address holds the links of those in between.
    const younger = { purposes: ["email_stop"] as const, since: change.createdAt, now: act.now };
    await endLinksOf(act.tx, act.installation, personId, younger);
    await deleteSessions(act.tx, act.installation, { personId });
    await recordForPerson(handles, act.tx, personId, {
      ...{ kind: "identity.email_change_stopped", outcome: "success" },
      detail: { by: "link", outcome },
    });
    await tellBoth(handles, act, change, "email_change_stopped");
    return outcome;
  });
}

async function takeBack(act: LinkAct, change: EmailChange): Promise<"stopped" | "reverted"> {
  if (change.state === "asked") return "stopped";
  if (change.state !== "confirmed") throw ended();
  const { personId, before: email } = change;
  if (!(await replaceEmail(act.tx, act.installation, { personId, email, now: act.now }))) throw ended();
  return "reverted";
}

async function getChange({ tx, installation, link }: LinkAct): Promise<EmailChange> {
  const change = link.aboutId === null ? undefined : await lockEmailChange(tx, installation, link.aboutId);
  if (change === undefined || change.personId !== link.personId) throw ended();
  return change;
}

async function tellBoth(
  handles: IdentityHandles,
  { tx, installation, now }: LinkAct,
  change: EmailChange,
  kind: "email_changed" | "email_change_stopped",
): Promise<void> {
  const person = await findAddress(tx, installation, change.personId);
  if (handles.mail === undefined || person === undefined) return;
  for (const to of [change.before, change.after])
    await queueMail(narrow<MailTables>(tx), installation, handles.mail, {
      ...{ kind, to, language: person.language, now, facts: { at: now } },
    });
}

function ended(): Refusal {
  return new Refusal("not_found", "identity.link_ended");
}
