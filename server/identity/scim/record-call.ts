import type { AuditEvent } from "../../audit/event.ts";
import { inWorkspace } from "../../platform/database.ts";
import { record } from "../handles.ts";
import type { Directory, ScimHandles } from "./act-as-directory.ts";

export interface DirectoryCall {
  /** "GET /Users/:id": never with the id or a filter, which may hold an address. */
  readonly operation: string;
  readonly status: number;
  readonly outcome: AuditEvent["outcome"];
}

/** Puts a call of the directory on record, whatever became of it. */
export async function recordCall(
  handles: ScimHandles,
  { workspaceId, tokenId }: Directory,
  { operation, status, outcome }: DirectoryCall,
): Promise<void> {
  await inWorkspace(handles.db, workspaceId, (tx) =>
    record(handles, tx, workspaceId, {
      kind: "identity.scim_called",
      actor: `directory:${tokenId}`,
      subject: `operation:${operation}`,
      outcome,
      detail: { status },
    }),
  );
}
