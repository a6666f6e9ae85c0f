import type { WorkspaceVault } from "../vault/vault.ts";

/** What makes a conversation whose it is: who writes, to which number of ours, and who may read it. */
export interface BoundConversation {
  readonly id: string;
  readonly contact_id: string;
  readonly number_id: string;
  readonly assignee_id: string | null;
  /** Null: everybody's. */
  readonly team_id: string | null;
}

const LABEL = "inbox_conversation";

/** The row's MAC: nobody but the program can give a chat to another agent or another customer. */
export function conversationMac(vault: WorkspaceVault, row: BoundConversation): Buffer {
  return vault.mac(LABEL, fieldsOf(vault, row));
}

/** Whether the program wrote this row as it stands. One that somebody else wrote gives no sight and no address. */
export function isGenuineConversation(
  vault: WorkspaceVault,
  row: BoundConversation & { readonly mac: Buffer },
): boolean {
  return vault.isMac(LABEL, fieldsOf(vault, row), row.mac);
}

function fieldsOf({ workspaceId }: WorkspaceVault, row: BoundConversation): Array<string | null> {
  const fields = [workspaceId, row.id, row.contact_id, row.number_id, row.assignee_id];
  // Rows of before there were teams keep the MAC that they have.
  return row.team_id === null ? fields : [...fields, row.team_id];
}
