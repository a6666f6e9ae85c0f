import { type Actor, actorName } from "../identity/actor.ts";
import { type IdentityHandles, record } from "../identity/handles.ts";
import { INITIAL_POLICIES, type PolicyName, type PolicyValues } from "../identity/policy/catalogue.ts";
import { readPolicyRows, writePolicyRow } from "../identity/policy/policy-rows.ts";
import { afterCommit } from "../platform/database.ts";
import { actOnMembers } from "./act-on-members.ts";

/** Changes one policy of the workspace. Every node follows within a second. */
export async function changePolicy<Name extends PolicyName>(
  handles: IdentityHandles,
  actor: Actor,
  { name, value }: { readonly name: Name; readonly value: PolicyValues[Name] },
): Promise<void> {
  await actOnMembers(handles, actor, "policy.change", async ({ tx, vault, now }) => {
    const { values } = await readPolicyRows(tx, vault);
    const from = values[name] ?? INITIAL_POLICIES[name];
    await writePolicyRow(tx, vault, { name, value, now });
    await record(handles, tx, actor.workspaceId, {
      kind: "access.policy_changed",
      actor: actorName(actor),
      subject: `policy:${name}`,
      outcome: "success",
      detail: { from: JSON.stringify(from), to: JSON.stringify(value) },
    });
    afterCommit(tx, () => handles.policies.forget(actor.workspaceId));
  });
}
