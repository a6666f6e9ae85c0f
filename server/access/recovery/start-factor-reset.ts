import { type Actor, actorName } from "../../identity/actor.ts";
import { getWorkspaceName } from "../../identity/describe-workspace.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import { mailPerson } from "../../identity/mail-person.ts";
import { findMember } from "../../identity/member.ts";
import { type FactorReset, insertFactorReset } from "../../identity/recovery/factor-reset.ts";
import { listNamesOf } from "../../identity/recovery/member-words.ts";
import { insertLink, RECOVERY_PATH } from "../../identity/recovery/recovery-link.ts";
import type { IdentityCheck } from "../../identity/recovery/tables.ts";
import { inScope } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { actOnMembers, type MemberAct } from "../act-on-members.ts";
import { decideFactorReset } from "./decide-factor-reset.ts";

export interface StartFactorReset {
  readonly memberId: string;
  /** How the person was recognised, as at enrolment. */
  readonly how: IdentityCheck;
  /** A few words about it, for those who look at it later. */
  readonly note: string;
}

/**
 * An Admin says that somebody has lost all second factors, and how they made sure who it is. After a day the factors
 * are removed; until then the person, with the mailed link or in an open session, or any Admin can cancel it.
 */
export async function startFactorReset(
  handles: IdentityHandles,
  actor: Actor,
  { memberId, how, note }: StartFactorReset,
): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await actOnMembers(handles, actor, "member.reset_factors", async (act) => {
    const { tx, vault, now, self } = act;
    const target = await findMember(tx, vault, memberId);
    if (target === undefined) throw new Refusal("not_found", "access.member_not_found");
    const verdict = decideFactorReset(self, target);
    if (verdict !== "allow")
      throw new Refusal(verdict === "access.member_not_active" ? "conflict" : "forbidden", verdict);
    const reset = await insertFactorReset(tx, vault, {
      ...{ memberId: target.id, personId: target.personId, startedBy: self.id, how, note, now },
    });
    if (reset === undefined) throw new Refusal("conflict", "access.factor_reset_pending");
    await record(handles, tx, vault.workspaceId, {
      ...{ kind: "identity.factor_reset_started", actor: actorName(actor), outcome: "success" },
      subject: `member:${target.id}`,
      detail: { reset: reset.id, how, dueAt: reset.dueAt.toISOString() },
    });
    const { personId } = target;
    const token = await inScope(tx, INSTALLATION, () =>
      insertLink(tx, installation, { personId, purpose: "factor_reset_cancel", aboutId: reset.id, now }),
    );
    await tell(handles, act, installation, { reset, cancel: token.reveal() });
  });
}

async function tell(
  handles: IdentityHandles,
  { tx, vault, self }: MemberAct,
  installation: Parameters<typeof mailPerson>[2],
  { reset, cancel }: { readonly reset: FactorReset; readonly cancel: string },
): Promise<void> {
  if (handles.mail === undefined) return;
  const names = await listNamesOf(tx, vault, [self.id]);
  await mailPerson(handles, tx, installation, reset.personId, {
    kind: "factor_reset_pending",
    about: vault.workspaceId,
    facts: {
      workspaceName: await getWorkspaceName(tx, vault),
      byName: names.get(self.id) ?? "",
      dueAt: reset.dueAt,
      cancel: { path: RECOVERY_PATH, token: cancel },
    },
  });
}
