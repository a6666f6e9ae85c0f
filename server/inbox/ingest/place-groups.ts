import type { WorkspaceId } from "../../platform/ids.ts";
import type { UpdateGroup } from "../../whatsapp/inbound/update.ts";
import type { NumberRoute } from "../../whatsapp/numbers/route-number.ts";
import type { IngestPart } from "./part.ts";

export interface Placement {
  readonly parts: readonly IngestPart[];
  /** Accounts that no signing workspace has: one event each, and nothing of it is kept. */
  readonly unknownAccounts: readonly string[];
}

export interface PlacementFacts {
  readonly appId: string;
  /** The workspaces that hold the secret which signed. */
  readonly signers: ReadonlySet<WorkspaceId>;
  readonly numbers: ReadonlyMap<string, NumberRoute>;
  readonly accounts: ReadonlyMap<string, readonly NumberRoute[]>;
}

/**
 * Which workspace each group belongs to. A secret speaks only for the workspaces that hold it: a number counts only
 * when its own workspace signed and its account is the one named, whatever else the body says.
 */
export function placeGroups(groups: readonly UpdateGroup[], facts: PlacementFacts): Placement {
  const parts: IngestPart[] = [];
  const unknownAccounts = new Set<string>();
  for (const group of groups) {
    const owners = ownersOf(group.wabaId, facts);
    if (owners.length === 0) unknownAccounts.add(group.wabaId);
    else if (group.phoneNumberId === null)
      for (const owner of owners) parts.push(partOf(group, facts, owner, null));
    else parts.push(numberPart(group, group.phoneNumberId, facts, owners));
  }
  return { parts, unknownAccounts: [...unknownAccounts] };
}

/** Signing workspaces that have a number of this account. */
function ownersOf(wabaId: string, { accounts, signers }: PlacementFacts): WorkspaceId[] {
  const routes = accounts.get(wabaId) ?? [];
  return [...new Set(routes.map((route) => route.workspaceId))].filter((workspaceId) =>
    signers.has(workspaceId),
  );
}

function numberPart(
  group: UpdateGroup,
  phoneNumberId: string,
  facts: PlacementFacts,
  owners: readonly WorkspaceId[],
): IngestPart {
  const route = facts.numbers.get(phoneNumberId);
  if (route !== undefined && route.wabaId === group.wabaId && facts.signers.has(route.workspaceId)) {
    return partOf(group, facts, route.workspaceId, route.numberId);
  }
  // The account is ours and the number is not (yet): a person may connect it and try again.
  const [owner] = owners as readonly [WorkspaceId];
  return { ...partOf(group, facts, owner, null), quarantine: "unknown_number" };
}

function partOf(
  group: UpdateGroup,
  { appId }: PlacementFacts,
  workspaceId: WorkspaceId,
  numberId: string | null,
): IngestPart {
  return {
    workspaceId,
    appId,
    wabaId: group.wabaId,
    phoneNumberId: group.phoneNumberId,
    numberId,
    updates: group.updates,
  };
}
