import { inScope, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { actorName, type SessionId } from "../actor.ts";
import { mayEnrol } from "../factors/enrol-first-factor.ts";
import { type IdentityHandles, record, type Visitor } from "../handles.ts";
import { lockPerson } from "../lock-person.ts";
import type { Member } from "../member.ts";
import { deleteExpiredSessions, deleteSession, insertSession } from "../session.ts";
import { startSession } from "../start-session.ts";
import type { IdentityTables } from "../tables.ts";
import type { Attempt } from "./attempt.ts";
import type { SsoSession } from "./sso-session.ts";
import type { Protocol } from "./tables.ts";

/**
 * The session of whoever has just come back from their provider: a whole one where the connection's attestation covers
 * how they signed in there, else one that has our second factor to prove, or to enrol.
 */
export async function startByAccount(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  vaults: { readonly installation: WorkspaceVault; readonly workspace: WorkspaceVault },
  given: {
    readonly visitor: Visitor;
    readonly attempt: Attempt;
    readonly member: Member;
    readonly method: Protocol;
    readonly isTrusted: boolean;
  },
): Promise<SsoSession> {
  const { attempt, member, method, isTrusted } = given;
  const { workspaceId, purpose, connectionId } = attempt;
  const { id: memberId, personId, role } = member;
  const carried = "replaces" in purpose ? purpose : { replaces: null, deviceTokens: [] };
  const { deviceTokens } = carried;
  const visitor = { ...given.visitor, deviceTokens };
  const now = handles.clock();
  await lockPerson(tx, personId);
  await deleteExpiredSessions(tx, personId, now);
  if (carried.replaces !== null) await deleteSession(tx, vaults.installation, carried.replaces as SessionId);
  if (isTrusted) {
    const detail = { connection: connectionId };
    const whose = { workspaceId, personId, memberId, role };
    const started = await startSession(handles, tx, vaults, { member: whose, method, visitor, detail });
    return { ...started, deviceTokens };
  }
  const pending = await pendingOf(handles, tx, vaults.installation, member);
  const { token, session } = await insertSession(tx, vaults.installation, {
    ...{ workspaceId, personId, memberId, userAgent: visitor.userAgent, now },
    ...{ pending, method },
  });
  await record(handles, tx, workspaceId, {
    kind: "identity.sso_proved",
    actor: actorName({ memberId }),
    subject: `session:${session.id}`,
    outcome: "success",
    detail: { method, connection: connectionId },
  });
  return { token, deviceToken: undefined, deviceTokens };
}

/** One whom the directory made may enrol a factor, and nothing else: their leave says so (enrol-first-factor.ts). */
async function pendingOf(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId }: Member,
): Promise<"factor" | "enrol"> {
  const now = handles.clock();
  const may = await inScope(tx, INSTALLATION, () => mayEnrol(tx, installation, { personId, now }));
  return may ? "enrol" : "factor";
}
