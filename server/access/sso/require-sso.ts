import type { Actor } from "../../identity/actor.ts";
import { actorName } from "../../identity/actor.ts";
import { record } from "../../identity/handles.ts";
import { listMembers } from "../../identity/member.ts";
import { readPolicyRows, writePolicyRow } from "../../identity/policy/policy-rows.ts";
import { findConnection } from "../../identity/sso/connection.ts";
import type { SsoHandles } from "../../identity/sso/handles.ts";
import { hasOwnSignIn } from "../../identity/sso/has-own-sign-in.ts";
import { findLink } from "../../identity/sso/link.ts";
import { afterCommit, inScope } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { actOnMembers, type MemberAct } from "../act-on-members.ts";

export interface SsoOnly {
  readonly required: boolean;
  /** Members, Owners all, who may still sign in with password and factor. */
  readonly breakGlass: readonly string[];
}

/**
 * Decides whether this workspace signs in by its company's account only. Refused to somebody who has not signed in that
 * way themselves, and without an Owner who gets in when the provider is away: a wall must not lock out its builder.
 */
export async function requireSso(handles: SsoHandles, actor: Actor, value: SsoOnly): Promise<void> {
  await actOnMembers(handles, actor, "policy.change", async (act) => {
    const { tx, vault, now } = act;
    if (value.required) {
      await requireTravelled(act);
      await requireBreakGlass(act, value.breakGlass);
    }
    const { values } = await readPolicyRows(tx, vault);
    await writePolicyRow(tx, vault, { name: "ssoOnly", value, now });
    await record(handles, tx, actor.workspaceId, {
      kind: "access.policy_changed",
      actor: actorName(actor),
      subject: "policy:ssoOnly",
      outcome: "success",
      detail: { from: JSON.stringify(values.ssoOnly ?? null), to: JSON.stringify(value) },
    });
    afterCommit(tx, () => handles.policies.forget(actor.workspaceId));
  });
}

async function requireTravelled({ tx, vault, self }: MemberAct): Promise<void> {
  for (const protocol of ["oidc", "saml"] as const) {
    const connection = await findConnection(tx, vault, protocol);
    if (connection?.enabled !== true) continue;
    const link = await findLink(tx, vault, { connectionId: connection.id, memberId: self.id });
    if (link !== undefined && link.usedAt !== null) return;
  }
  throw new Refusal("conflict", "sso.not_signed_in_with");
}

async function requireBreakGlass({ tx, vault }: MemberAct, named: readonly string[]): Promise<void> {
  const members = await listMembers(tx, vault);
  const owners = named.map((id) =>
    members.find((member) => member.id === id && member.role === "owner" && member.state === "active"),
  );
  if (owners.length === 0) throw new Refusal("conflict", "sso.break_glass_missing");
  for (const owner of owners) {
    const canSignIn =
      owner !== undefined && (await inScope(tx, INSTALLATION, () => hasOwnSignIn(tx, owner.personId)));
    if (!canSignIn) throw new Refusal("invalid", "sso.break_glass_unfit");
  }
}
