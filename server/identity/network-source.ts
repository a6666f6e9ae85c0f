import type { WorkspaceId } from "../platform/ids.ts";
import type { Role } from "./actor.ts";

/** The network rules of workspaces (access/network); made in compose, since they are of a room above. */
export interface NetworkSource {
  admits(visit: {
    readonly workspaceId: WorkspaceId;
    /** Of a person, or "directory" for their company's (SCIM). */
    readonly role: Role | "directory";
    /** Of the peer, or what a trusted proxy says. */
    readonly address: string;
  }): Promise<boolean>;
}
