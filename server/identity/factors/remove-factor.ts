import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { type Actor, actorName } from "../actor.ts";
import { type Credential, deleteCredential, forgetCredentials, lockCredentials } from "../credentials.ts";
import { refuseForged } from "../forged-row.ts";
import { type IdentityHandles, record } from "../handles.ts";
import { renamePasskey } from "../passkeys/passkey.ts";
import type { IdentityTables } from "../tables.ts";
import { tellPerson } from "./tell-person.ts";

/** Removes a passkey or the app. The last one stays: recovery codes are for a lost factor and are none. */
export async function removeFactor(handles: IdentityHandles, actor: Actor, id: string): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const removed = await onOwnFactor(handles, actor, id, async (tx, _, factors, factor) => {
    if (factors.length < 2) throw new Refusal("conflict", "identity.last_factor");
    await deleteCredential(tx, factor);
    await recordAct(handles, tx, actor, "identity.factor_removed", factor);
    const kind = factor.kind === "totp" ? "totp" : "passkey";
    await tellPerson(handles, tx, installation, actor, { kind: "factor_removed", factor: kind });
  });
  forgetCredentials(installation, [removed]);
}

/** What the person calls a passkey. */
export async function renameFactor(
  handles: IdentityHandles,
  actor: Actor,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  await onOwnFactor(handles, actor, id, async (tx, installation, _, factor) => {
    if (factor.kind !== "passkey") throw new Refusal("conflict", "identity.factor_has_no_name");
    await renamePasskey(tx, installation, factor, name);
    await recordAct(handles, tx, actor, "identity.factor_renamed", factor);
  });
}

type OnFactor = (
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  factors: readonly Credential[],
  factor: Credential,
) => Promise<void>;

/** With all factors of the actor locked, so that two who remove one each cannot remove both of two. */
async function onOwnFactor(
  handles: IdentityHandles,
  actor: Actor,
  id: string,
  act: OnFactor,
): Promise<Credential> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return refuseForged(handles, new Refusal("forbidden", "identity.factor_unreadable"), () =>
    inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const factors = [
        ...(await lockCredentials(tx, installation, actor.personId, "totp")),
        ...(await lockCredentials(tx, installation, actor.personId, "passkey")),
      ];
      const factor = factors.find((one) => one.id === id);
      if (factor === undefined) throw new Refusal("not_found", "identity.factor_not_found");
      await act(tx, installation, factors, factor);
      return factor;
    }),
  );
}

async function recordAct(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  actor: Actor,
  kind: "identity.factor_removed" | "identity.factor_renamed",
  factor: Credential,
): Promise<void> {
  await inScope(tx, actor.workspaceId, () =>
    record(handles, tx, actor.workspaceId, {
      kind,
      actor: actorName(actor),
      subject: `person:${actor.personId}`,
      outcome: "success",
      detail: { factor: factor.kind, credential: factor.id },
    }),
  );
}
