import { z } from "zod";
import { clearNetworkRules } from "../server/access/network/change-network-rules.ts";
import type { Wardroom } from "../server/compose.ts";
import { listWorkspaceIds } from "../server/identity/describe-workspace.ts";
import { Refusal } from "../server/platform/refusal.ts";

export const clearRulesInput = z.strictObject({ workspaceId: z.string() });

/** Break-glass: whoever reaches the control socket is the operator. Loud in both logs. */
export async function clearRulesOf(
  wardroom: Wardroom,
  { workspaceId }: z.output<typeof clearRulesInput>,
): Promise<{ readonly found: "none" | "ours" | "forged" }> {
  const { identity, network } = wardroom.rooms;
  const known = (await listWorkspaceIds(identity)).find((id) => id === workspaceId);
  if (known === undefined) throw new Refusal("not_found", "access.workspace_not_found");
  const cleared = await clearNetworkRules(identity, network, known);
  wardroom.log.warn(
    { workspaceId, found: cleared.found },
    "NETWORK RULES CLEARED from the command line: the console of this workspace is reached from anywhere",
  );
  return cleared;
}
