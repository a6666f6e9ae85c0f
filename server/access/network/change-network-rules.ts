import { type Actor, actorName, ROLES } from "../../identity/actor.ts";
import { ForgedRow, recordForgery } from "../../identity/forged-row.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { actOnMembers } from "../act-on-members.ts";
import type { AccessTables } from "../tables.ts";
import { canonicalRules } from "./canonical-rules.ts";
import type { NetworkGate } from "./network-gate.ts";
import { findNetworkRules, nextVersion, type StoredRules, writeNetworkRules } from "./network-rule-store.ts";
import { decideNetworkRules, type NetworkRules, NO_RULES } from "./network-rules.ts";

/** The rules as those see them who may. A row that is not ours shows as no rules, and cannot be changed here. */
export async function readNetworkRules(
  handles: IdentityHandles,
  { workspaceId }: Pick<Actor, "workspaceId">,
): Promise<Pick<StoredRules, "rules" | "version"> & { readonly state: "ours" | "forged" }> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const found = await inWorkspace(handles.db, workspaceId, (tx) =>
    findNetworkRules(narrow<AccessTables>(tx), vault),
  );
  if (found === "absent") return { rules: NO_RULES, version: 0, state: "ours" };
  if (found === "forged") return { rules: NO_RULES, version: 0, state: "forged" };
  return { rules: found.rules, version: found.version, state: "ours" };
}

/**
 * Puts other rules in place. Refused where they would lock out whoever asks, from the address they ask from, where they
 * are for a role above theirs, and where somebody else was quicker (`version` is the one that they changed from).
 */
export async function changeNetworkRules(
  handles: IdentityHandles,
  gate: NetworkGate,
  actor: Actor,
  given: { readonly rules: NetworkRules; readonly version: number; readonly address: string },
): Promise<void> {
  const after = canonicalRules(given.rules);
  const verdict = await actOnMembers(handles, actor, "network_rule.change", async (act) => {
    const tx = narrow<AccessTables>(act.tx);
    const found = await findNetworkRules(tx, act.vault, { lock: true });
    // Thrown, it would be an error of another room's; refused, the row stays for whoever looks into it.
    if (found === "forged") return "forged";
    const { rules: before, version } = found === "absent" ? { rules: NO_RULES, version: 0 } : found;
    if (version !== given.version) throw new Refusal("conflict", "access.network_rules_changed");
    const verdict = decideNetworkRules({ before, after, role: act.self.role, address: given.address });
    if (verdict === "access.above_own_level") throw new Refusal("forbidden", verdict);
    if (verdict !== "allow") throw new Refusal("conflict", verdict);
    await writeNetworkRules(tx, act.vault, {
      rules: after,
      version: nextVersion(version, act.now),
      changedAt: act.now,
      changedBy: actor.memberId,
    });
    await record(handles, act.tx, actor.workspaceId, {
      kind: "access.network_rules_changed",
      actor: actorName(actor),
      subject: `workspace:${actor.workspaceId}`,
      outcome: "success",
      detail: countNetworks(after),
    });
    return verdict;
  });
  gate.forget(actor.workspaceId);
  if (verdict !== "forged") return;
  await recordForgery(handles, new ForgedRow("access_network_rules", actor.workspaceId));
  throw new Refusal("conflict", "access.network_rules_forged");
}

/**
 * Takes all lists for people away, whatever state they are in: the way back in from the command line, and only from
 * there. The directory's list and the names of networks, which keep nobody out, stay where they can be read. Says
 * whether there were any.
 */
export async function clearNetworkRules(
  handles: IdentityHandles,
  gate: NetworkGate,
  workspaceId: WorkspaceId,
): Promise<{ readonly found: "none" | "ours" | "forged" }> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const now = handles.clock();
  const found = await inWorkspace(handles.db, workspaceId, async (tx) => {
    const own = narrow<AccessTables>(tx);
    const before = await findNetworkRules(own, vault, { lock: true });
    const isOurs = typeof before !== "string";
    await writeNetworkRules(own, vault, {
      rules: isOurs ? withoutPeoplesLists(before.rules) : NO_RULES,
      version: nextVersion(isOurs ? before.version : 0, now),
      changedAt: now,
      changedBy: null,
    });
    const state = isOurs ? "ours" : before === "forged" ? "forged" : "none";
    await record(handles, narrow<IdentityTables>(tx), workspaceId, {
      kind: "access.network_rules_cleared",
      actor: "operator",
      subject: `workspace:${workspaceId}`,
      outcome: "success",
      detail: { before: isOurs ? countNetworks(before.rules) : state },
    });
    return state;
  });
  gate.forget(workspaceId);
  return { found };
}

function withoutPeoplesLists({ directory, known }: NetworkRules): NetworkRules {
  return { ...NO_RULES, directory, known };
}

function countNetworks({ everybody, roles, directory, known }: NetworkRules): {
  readonly [list: string]: number;
} {
  const perRole = Object.fromEntries(ROLES.map((role) => [role, roles[role].length]));
  const others = { directory: directory.length, known: known.length };
  return { everybody: everybody.length, ...perRole, ...others };
}
