import { inScope, inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import { type Actor, actorName } from "./actor.ts";
import { countAttempt, countedForFactor, forgiveAttempt } from "./attempts.ts";
import { deleteRecoveryCodes, insertRecoveryCodes } from "./credentials.ts";
import { newRecoveryCodes } from "./enrolment.ts";
import { spendFactor } from "./factor.ts";
import { refuseForged } from "./forged-row.ts";
import { codeTimes, type IdentityHandles, record } from "./handles.ts";
import { refuseFactor } from "./prove-factor.ts";

/** Ten new recovery codes; those before stop working, spent or not. Wants a code of the authenticator. */
export async function renewRecoveryCodes(
  handles: IdentityHandles,
  actor: Actor,
  totp: string,
): Promise<Secret<string[]>> {
  const { workspaceId, personId } = actor;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const attempt = countedForFactor(installation, personId);
  await countAttempt(handles.db, attempt, handles.clock());
  const codes = newRecoveryCodes();
  const refusal = await refuseForged(handles, new Refusal("forbidden", "identity.code_wrong"), () =>
    inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const now = handles.clock();
      const verdict = await spendFactor(tx, installation, {
        ...{ personId, factor: { totp }, now },
        codeTimes: codeTimes(handles),
      });
      if (verdict !== "accepted") return refuseFactor(handles, tx, actor, verdict);
      await deleteRecoveryCodes(tx, personId);
      await insertRecoveryCodes(tx, installation, { personId, codes, now });
      await forgiveAttempt(tx, attempt);
      await inScope(tx, workspaceId, () =>
        record(handles, tx, workspaceId, {
          kind: "identity.recovery_codes_renewed",
          actor: actorName(actor),
          subject: `person:${personId}`,
          outcome: "success",
        }),
      );
      return undefined;
    }),
  );
  if (refusal !== undefined) throw refusal;
  return codes;
}
