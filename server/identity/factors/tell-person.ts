import type { Tx } from "../../platform/database.ts";
import type { Actor } from "../actor.ts";
import type { IdentityTables } from "../tables.ts";

/** What happened to how somebody signs in, of which they should hear by another way than this screen. */
export type FactorNotice =
  | "passkey_added"
  | "passkey_removed"
  | "totp_added"
  | "totp_removed"
  | "recovery_codes_renewed"
  | "password_changed";

export type TellPerson = (
  tx: Tx<IdentityTables>,
  whom: Pick<Actor, "workspaceId" | "personId">,
  notice: FactorNotice,
) => Promise<void>;

/** Queues the notice in the act's own transaction, where there is a way to send one. */
export async function tellPerson(
  handles: { readonly tellPerson?: TellPerson },
  tx: Tx<IdentityTables>,
  { workspaceId, personId }: Pick<Actor, "workspaceId" | "personId">,
  notice: FactorNotice,
): Promise<void> {
  await handles.tellPerson?.(tx, { workspaceId, personId }, notice);
}
