import { inWorkspace, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { type Actor, actorName } from "../actor.ts";
import { surveySessions } from "../devices/survey-sessions.ts";
import { refuseForged } from "../forged-row.ts";
import { record } from "../handles.ts";
import { findMember, type Member } from "../member.ts";
import type { IdentityTables } from "../tables.ts";
import type { Attempt, Verified } from "./attempt.ts";
import type { SsoHandles } from "./handles.ts";
import { deleteLinksOfMember, findLink, hashSubject, insertLink } from "./link.ts";

/** Who began, as they were when they did. */
export interface Beginner {
  readonly memberId: string;
  readonly sessionId: string;
}

/**
 * Makes a company account the own one of the member who asked for it, with a fresh factor, in this browser, whose
 * session still lasts. An account that is somebody else's stays theirs.
 */
export async function linkAccount(
  handles: SsoHandles,
  { workspaceId, connectionId }: Attempt,
  beginner: Beginner,
  verified: Verified,
): Promise<void> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  await requireSession(handles, beginner);
  const result = await refuseForged(handles, ended(), () =>
    inWorkspace(handles.db, workspaceId, async (tx) => {
      const member = await getActive(tx, vault, beginner.memberId);
      const subjectHash = hashSubject(vault, verified);
      const existing = await findLink(tx, vault, { connectionId, subjectHash });
      if (existing !== undefined && existing.memberId !== member.id) {
        await recordLink(handles, tx, { workspaceId, connectionId, member, isTaken: true });
        return new Refusal("conflict", "sso.account_taken");
      }
      const now = handles.clock();
      await deleteLinksOfMember(tx, vault, { memberId: member.id, connectionId });
      const { id: memberId, personId } = member;
      await insertLink(tx, vault, {
        ...{ connectionId, memberId, personId, subjectHash, madeBy: "self", createdAt: now, usedAt: null },
      });
      await recordLink(handles, tx, { workspaceId, connectionId, member, isTaken: false });
      return undefined;
    }),
  );
  if (result !== undefined) throw result;
}

/** Takes one's own company account away. */
export async function unlinkAccount(handles: SsoHandles, actor: Actor): Promise<void> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  await inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    if ((await deleteLinksOfMember(tx, vault, { memberId: actor.memberId })) === 0) return;
    await record(handles, tx, actor.workspaceId, {
      kind: "identity.sso_unlinked",
      actor: actorName(actor),
      subject: `member:${actor.memberId}`,
      outcome: "success",
    });
  });
}

/** The browser came back without its session's cookie, which other sites' links never carry: it is looked up instead. */
export async function requireSession(handles: SsoHandles, { sessionId }: Beginner): Promise<void> {
  const standing = await surveySessions(handles, [sessionId], handles.clock());
  const stands = standing.get(sessionId);
  if (stands === undefined || stands === "locked") throw ended();
}

export async function getActive(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  memberId: string,
): Promise<Member> {
  const member = await findMember(tx, vault, memberId);
  if (member?.state !== "active") throw ended();
  return member;
}

async function recordLink(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  given: {
    readonly workspaceId: WorkspaceId;
    readonly connectionId: string;
    readonly member: Member;
    readonly isTaken: boolean;
  },
): Promise<void> {
  const { workspaceId, connectionId, member, isTaken } = given;
  await record(handles, tx, workspaceId, {
    kind: isTaken ? "identity.sso_refused" : "identity.sso_linked",
    actor: actorName({ memberId: member.id }),
    subject: `member:${member.id}`,
    outcome: isTaken ? "refusal" : "success",
    detail: { connection: connectionId, ...(isTaken ? { reason: "account_taken" } : { by: "self" }) },
  });
}

function ended(): Refusal {
  return new Refusal("forbidden", "sso.session_ended");
}
