import { type Actor, actorName } from "../identity/actor.ts";
import { getWorkspaceName } from "../identity/describe-workspace.ts";
import { type IdentityHandles, record } from "../identity/handles.ts";
import { mailPerson } from "../identity/mail-person.ts";
import { findMember } from "../identity/member.ts";
import { askForNewPassword } from "../identity/passwords/new-password-asked.ts";
import { listNamesOf } from "../identity/recovery/member-words.ts";
import { deleteSessions } from "../identity/session.ts";
import { inScope } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { actOnMembers, type MemberAct } from "./act-on-members.ts";
import { decideFactorReset } from "./recovery/decide-factor-reset.ts";

/**
 * An Admin says that somebody else's password is known to others: all sessions of that person end, and the next one may
 * do nothing but choose another password. Again is harmless: who signed in since, and has not
 * changed it, is out once more.
 */
export async function askMemberForNewPassword(
  handles: IdentityHandles,
  actor: Actor,
  memberId: string,
): Promise<void> {
  await actOnMembers(handles, actor, "member.ask_new_password", async (act) => {
    const { tx, vault, installation, now, self } = act;
    const target = await findMember(tx, vault, memberId);
    if (target === undefined) throw new Refusal("not_found", "access.member_not_found");
    // The same rule as for their factors: never oneself, never anybody above.
    const verdict = decideFactorReset(self, target);
    if (verdict !== "allow")
      throw new Refusal(verdict === "access.member_not_active" ? "conflict" : "forbidden", verdict);
    const { personId } = target;
    const outcome = await inScope(tx, INSTALLATION, () =>
      askForNewPassword(tx, installation, { personId, now }),
    );
    if (outcome === "no_password") throw new Refusal("conflict", "access.member_has_no_password");
    const ended = await deleteSessions(tx, installation, { personId });
    await record(handles, tx, vault.workspaceId, {
      ...{ kind: "identity.new_password_asked", actor: actorName(actor), outcome: "success" },
      subject: `member:${target.id}`,
      detail: { reason: "by_admin", sessions: ended.length },
    });
    await tell(handles, act, personId);
  });
}

async function tell(
  handles: IdentityHandles,
  { tx, vault, installation, now, self }: MemberAct,
  personId: Parameters<typeof mailPerson>[3],
): Promise<void> {
  if (handles.mail === undefined) return;
  const names = await listNamesOf(tx, vault, [self.id]);
  await mailPerson(handles, tx, installation, personId, {
    kind: "new_password_asked",
    about: vault.workspaceId,
    facts: {
      ...{ workspaceName: await getWorkspaceName(tx, vault), byName: names.get(self.id) ?? "", at: now },
    },
  });
}
