import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";

/** A use of a key derived from the root whose past has to stay readable when the root key is changed. */
export type CarriedLabel = "simulator/state/v1" | `audit/pending/v1/${WorkspaceId}`;

/**
 * Every use of a key derived from the root. That of key bundles dies with the root key: a bundle has to open with the
 * root key alone, and a change of it writes a new one.
 */
export type InstallationLabel = CarriedLabel | "key-bundle/v1";

export const SIMULATOR_STATE = "simulator/state/v1" satisfies InstallationLabel;

/** The key of a workspace's pending entries of the log (docs/decisions/0004). */
export function auditPendingLabel(workspaceId: WorkspaceId): CarriedLabel {
  return `audit/pending/v1/${workspaceId}`;
}

/** All that a change of the root key carries over. A label that is missing here does not compile. */
export function listCarriedLabels(workspaceIds: readonly WorkspaceId[]): CarriedLabel[] {
  return [SIMULATOR_STATE, ...[...new Set([INSTALLATION, ...workspaceIds])].map(auditPendingLabel)];
}
