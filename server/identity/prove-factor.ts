import { inScope, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { type Actor, actorName } from "./actor.ts";
import { countAttempt, countedForFactor, forgiveAttempt } from "./attempts.ts";
import { findTrustedDevice } from "./devices/find-trusted-device.ts";
import {
  countRecoveryCodes,
  type FactorVerdict,
  type GivenFactor,
  kindOf,
  spendAnswer,
  spendFactor,
} from "./factor.ts";
import { refuseForged } from "./forged-row.ts";
import { type IdentityHandles, record, type Visitor } from "./handles.ts";
import { askForPasskey, type PasskeyRequest } from "./passkeys/ask-passkey.ts";
import { listPasskeys } from "./passkeys/passkey.ts";
import { type StartedSession, startSession } from "./start-session.ts";
import type { IdentityTables } from "./tables.ts";
import { tellGuessedOut } from "./tell-guessed-out.ts";

/** What the browser needs to ask for one of the person's passkeys, for this session alone. */
export async function askOwnPasskey(handles: IdentityHandles, actor: Actor): Promise<PasskeyRequest> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return refuseForged(handles, new Refusal("forbidden", "identity.passkey_refused"), async () => {
    const stored = await inWorkspace(handles.db, INSTALLATION, (tx) =>
      listPasskeys(tx, installation, actor.personId),
    );
    return askForPasskey(installation, handles.party, {
      ...{ use: `prove:${actor.sessionId}`, now: handles.clock() },
      passkeys: stored.map(({ passkey }) => passkey),
    });
  });
}

/**
 * Second step: a passkey, a code of the authenticator or a recovery code. Ends the session that asks and starts one
 * with both factors under a new token. One who has both already proves the factor afresh this way.
 */
export async function proveFactor(
  handles: IdentityHandles,
  actor: Actor,
  visitor: Visitor,
  factor: GivenFactor,
): Promise<StartedSession> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const workspace = await handles.vault.openWorkspace(actor.workspaceId);
  const device = await findTrustedDevice(handles, installation, visitor, actor);
  const attempt = countedForFactor(installation, actor.personId, device);
  await countAttempt(handles.db, attempt, handles.clock());
  const fault = await spendAnswer(handles, installation, factor, `prove:${actor.sessionId}`);
  const result = await refuseForged(handles, new Refusal("unauthenticated", "session.none"), () =>
    inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const { personId } = actor;
      const verdict =
        fault ?? (await spendFactor(handles, tx, installation, { personId, factor, deviceId: device }));
      if (verdict === "guessed_out")
        await tellGuessedOut(handles, tx, installation, { what: "totp", personId });
      if (verdict !== "accepted") return refuseFactor(handles, tx, actor, verdict);
      const recoveryCodesLeft = await countRecoveryCodes(tx, actor.personId);
      const started = await startSession(
        handles,
        tx,
        { installation, workspace },
        {
          ...{ member: actor, visitor, replaced: actor, detail: { recoveryCodesLeft } },
          method: kindOf(factor),
        },
      );
      await forgiveAttempt(tx, attempt);
      return started;
    }),
  );
  if (result instanceof Refusal) throw result;
  return result;
}

/** Records the refusal in the workspace's log, in the caller's transaction, and returns it to be thrown after. */
async function refuseFactor(
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
  if (verdict === "replayed") return new Refusal("forbidden", "identity.code_used");
  if (verdict === "wrong" || verdict === "guessed_out" || verdict === "disabled")
    return new Refusal("forbidden", "identity.code_wrong");
  return new Refusal("forbidden", "identity.passkey_refused");
}
