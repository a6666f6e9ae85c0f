import { inScope, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { type Actor, actorName } from "./actor.ts";
import { countAttempt, countedForFactor, forgiveAttempt } from "./attempts.ts";
import { countRecoveryCodes, type FactorVerdict, type GivenFactor, spendFactor } from "./factor.ts";
import { refuseForged } from "./forged-row.ts";
import { codeTimes, type IdentityHandles, record, type Visitor } from "./handles.ts";
import { actorOfSession, deleteSession, insertSession } from "./session.ts";
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
): Promise<{ readonly token: Secret<string>; readonly actor: Actor }> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
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
      if (!(await deleteSession(tx, actor.sessionId))) throw new Refusal("unauthenticated", "session.none");
      await forgiveAttempt(tx, attempt);
      return startSession(handles, tx, installation, { actor, visitor, factor });
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

async function startSession(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly actor: Actor; readonly visitor: Visitor; readonly factor: GivenFactor },
): Promise<{ token: Secret<string>; actor: Actor }> {
  const { actor, visitor, factor } = given;
  const { workspaceId, personId, memberId } = actor;
  const { token, session } = await insertSession(tx, installation, {
    ...{ workspaceId, personId, memberId, userAgent: visitor.userAgent, now: handles.clock() },
    assurance: 2,
  });
  const recoveryCodesLeft = await countRecoveryCodes(tx, personId);
  await inScope(tx, workspaceId, () =>
    record(handles, tx, workspaceId, {
      kind: "identity.signed_in",
      actor: actorName(actor),
      subject: `session:${session.id}`,
      outcome: "success",
      detail: { factor: "totp" in factor ? "totp" : "recovery_code", recoveryCodesLeft },
    }),
  );
  return { token, actor: actorOfSession(session, actor.role) };
}
