import { inScope, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { type Actor, actorName } from "./actor.ts";
import { countAttempt, countedForFactor, forgiveAttempt } from "./attempts.ts";
import { countRecoveryCodes, type FactorVerdict, type GivenFactor, spendFactor } from "./factor.ts";
import { refuseForged } from "./forged-row.ts";
import { codeTimes, type IdentityHandles, record, type Visitor } from "./handles.ts";
import { type StartedSession, startSession } from "./start-session.ts";
import type { IdentityTables } from "./tables.ts";

/**
 * Second step: a code of the authenticator or a recovery code. Ends the session that asks and starts one with both
 * factors under a new token. One who has both already proves the factor afresh this way.
 */
export async function proveFactor(
  handles: IdentityHandles,
  actor: Actor,
  visitor: Visitor,
  factor: GivenFactor,
): Promise<StartedSession> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const workspace = await handles.vault.openWorkspace(actor.workspaceId);
  const attempt = countedForFactor(installation, actor.personId);
  await countAttempt(handles.db, attempt, handles.clock());
  const result = await refuseForged(handles, new Refusal("unauthenticated", "session.none"), () =>
    inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const now = handles.clock();
      const verdict = await spendFactor(tx, installation, {
        ...{ personId: actor.personId, factor, now },
        codeTimes: codeTimes(handles),
      });
      if (verdict !== "accepted") return refuseFactor(handles, tx, actor, verdict);
      await forgiveAttempt(tx, attempt);
      const recoveryCodesLeft = await countRecoveryCodes(tx, actor.personId);
      return startSession(
        handles,
        tx,
        { installation, workspace },
        {
          ...{ member: actor, visitor, replaced: actor, detail: { recoveryCodesLeft } },
          method: "totp" in factor ? "totp" : "recovery_code",
        },
      );
    }),
  );
  if (result instanceof Refusal) throw result;
  return result;
}

/** Records the refusal in the workspace's log, in the caller's transaction, and returns it to be thrown after. */
export async function refuseFactor(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  actor: Actor,
  verdict: Exclude<FactorVerdict, "accepted">,
): Promise<Refusal> {
  await inScope(tx, actor.workspaceId, () =>
    record(handles, tx, actor.workspaceId, {
      kind: "identity.factor_refused",
      actor: actorName(actor),
      subject: `session:${actor.sessionId}`,
      outcome: "refusal",
      detail: { reason: verdict },
    }),
  );
  return new Refusal("forbidden", verdict === "replayed" ? "identity.code_used" : "identity.code_wrong");
}
