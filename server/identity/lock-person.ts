import { inScope, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { PersonId } from "./actor.ts";
import type { IdentityTables } from "./tables.ts";

/**
 * Makes a session that begins and an act that ends all of a person's take turns, until the transaction ends: one that
 * were only being written would be missed, and live on. Before any session's row is locked, and after the rows of what
 * the person proves themselves with: in any other order two such acts would wait for each other. `tx` in any scope.
 */
export async function lockPerson(tx: Tx<IdentityTables>, personId: PersonId): Promise<void> {
  await inScope(tx, INSTALLATION, () =>
    tx
      .selectFrom("identity_person")
      .where("workspace_id", "=", INSTALLATION)
      .where("id", "=", personId)
      .select("id")
      .forNoKeyUpdate()
      .executeTakeFirst(),
  );
}
