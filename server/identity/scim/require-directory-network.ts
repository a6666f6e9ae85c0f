import { networkRefused, noteNetworkRefused } from "../require-network.ts";
import type { Directory, ScimHandles } from "./act-as-directory.ts";

/**
 * Refuses a directory that calls from where the workspace does not expect it: a token that was taken is of no use
 * elsewhere. Its list is its own, since a directory calls from a cloud and people do not. The refusal is put on record.
 */
export async function requireDirectoryNetwork(
  handles: ScimHandles,
  { workspaceId, tokenId }: Directory,
  address: string,
): Promise<void> {
  if (await handles.networks.admits({ workspaceId, role: "directory", address })) return;
  await noteNetworkRefused(handles, workspaceId, { actor: `directory:${tokenId}`, operation: "scim" });
  throw networkRefused();
}
