import type { WorkspaceVault } from "../vault/vault.ts";

/** What Meta calls a person by, and whose it is: where messages from it go, and where answers go to. */
export interface BoundIdentifier {
  readonly kind: string;
  readonly hash: Buffer;
  readonly contact_id: string;
  readonly current: boolean;
}

const LABEL = "inbox_contact_identifier";

/** Where its value is sealed. It is that contact's: under another one it does not open. */
export function identifierPlace(
  contactId: string,
  { kind, hash }: Pick<BoundIdentifier, "kind" | "hash">,
): { table: string; column: string; rowId: string } {
  return { table: LABEL, column: "value_sealed", rowId: `${contactId}/${kind}:${hash.toString("hex")}` };
}

/** The row's MAC: nobody but the program can give a number to another contact, or bring an old one back. */
export function identifierMac(vault: WorkspaceVault, row: BoundIdentifier): Buffer {
  return vault.mac(LABEL, fieldsOf(vault, row));
}

export function isGenuineIdentifier(
  vault: WorkspaceVault,
  row: BoundIdentifier & { readonly mac: Buffer },
): boolean {
  return vault.isMac(LABEL, fieldsOf(vault, row), row.mac);
}

function fieldsOf({ workspaceId }: WorkspaceVault, { kind, hash, contact_id, current }: BoundIdentifier) {
  return [workspaceId, kind, hash, contact_id, current];
}
