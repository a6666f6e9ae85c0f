import type { FactorCode } from "../../mail/mail-kinds.ts";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { Actor } from "../actor.ts";
import type { IdentityHandles } from "../handles.ts";
import { mailPerson } from "../mail-person.ts";
import type { IdentityTables } from "../tables.ts";

/** Tells a person by mail what was changed about how they sign in, which a thief at their screen would not. */
export async function tellPerson(
  handles: Pick<IdentityHandles, "mail" | "clock" | "vault">,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { workspaceId, personId }: Pick<Actor, "workspaceId" | "personId">,
  what: { readonly kind: "factor_added" | "factor_removed"; readonly factor: FactorCode },
): Promise<void> {
  const facts = { at: handles.clock(), factor: what.factor };
  await mailPerson(handles, tx, installation, personId, { kind: what.kind, facts, about: workspaceId });
}
