import type { Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import type { PersonId } from "../actor.ts";
import type { IdentityTables } from "../tables.ts";

/** Whether a person has a password and an authenticator of ours. `tx` must be scoped to the installation. */
export async function hasOwnSignIn(tx: Tx<IdentityTables>, personId: PersonId): Promise<boolean> {
  const kinds = await kindsOf(tx, personId);
  return kinds.has("password") && (kinds.has("totp") || kinds.has("passkey"));
}

/** Whether a person has anything of ours to prove themselves with. `tx` must be scoped to the installation. */
export async function hasAnyCredential(tx: Tx<IdentityTables>, personId: PersonId): Promise<boolean> {
  return (await kindsOf(tx, personId)).size > 0;
}

async function kindsOf(tx: Tx<IdentityTables>, personId: PersonId): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .select("kind")
    .execute();
  return new Set(rows.map(({ kind }) => kind));
}
