import { inScope, inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { Secret } from "../platform/secret.ts";
import { type Actor, actorName } from "./actor.ts";
import { deleteCredentials, forgetCredentials, insertRecoveryCodes } from "./credentials.ts";
import { newRecoveryCodes } from "./enrolment.ts";
import { tellPerson } from "./factors/tell-person.ts";
import { type IdentityHandles, record } from "./handles.ts";

/** Ten new recovery codes; those before stop working, spent or not. The gate has asked for a fresh factor. */
export async function renewRecoveryCodes(handles: IdentityHandles, actor: Actor): Promise<Secret<string[]>> {
  const { workspaceId, personId } = actor;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const codes = newRecoveryCodes();
  const gone = await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const before = await deleteCredentials(tx, personId, ["recovery_code"]);
    await insertRecoveryCodes(tx, installation, { personId, codes, now: handles.clock() });
    await inScope(tx, workspaceId, () =>
      record(handles, tx, workspaceId, {
        kind: "identity.recovery_codes_renewed",
        actor: actorName(actor),
        subject: `person:${personId}`,
        outcome: "success",
      }),
    );
    await tellPerson(handles, tx, installation, actor, { kind: "factor_added", factor: "recovery_codes" });
    return before;
  });
  forgetCredentials(installation, gone);
  return codes;
}
