import type { WorkspaceId } from "../platform/ids.ts";
import type { DataKeyRow } from "./data-key-store.ts";

/** What a wrapped data key is bound to: its whole row, so that rows cannot lend each other their keys. */
export function dataKeyAssociated(workspaceId: WorkspaceId, row: Omit<DataKeyRow, "wrapped">): Buffer {
  const { id, subjectId, keyClass, month, version } = row;
  return Buffer.from(
    `wardroom/data-key/v1|${workspaceId}|${id}|${subjectId}|${keyClass}|${month}|${version}`,
  );
}
