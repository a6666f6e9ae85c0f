import type { AuditEvent } from "../audit/event.ts";
import type { EventKind } from "../audit/event-kinds.ts";
import { inScope, type Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import {
  type Actor,
  actorName,
  type FactorMethod,
  type MemberId,
  type PersonId,
  type Role,
} from "./actor.ts";
import { challengeToBind } from "./binding/register-binding.ts";
import { keptBinding } from "./binding/session-binding.ts";
import { hashCountry, hashNetwork, rememberNetwork } from "./devices/network-memory.ts";
import { recogniseDevice } from "./devices/recognise-device.ts";
import { type IdentityHandles, record, type Visitor } from "./handles.ts";
import { lockPerson } from "./lock-person.ts";
import { mustChangePassword } from "./passwords/new-password-asked.ts";
import { deleteSession, insertSession, lockSession } from "./session.ts";
import { actorOfSession, type Session } from "./session-row.ts";
import type { IdentityTables } from "./tables.ts";

/** What a browser is given: `setSessionCookies` puts it into cookies. */
export interface StartedSession {
  readonly token: Secret<string>;
  readonly actor: Actor;
  /** Of a browser that this member has not used before; undefined for one that is known. */
  readonly deviceToken: Secret<string> | undefined;
  /** What a browser that can signs to bind the session to its device; undefined for one that is bound, or not whole. */
  readonly challengeToBind: string | undefined;
}

export interface SessionStart {
  readonly member: {
    readonly workspaceId: WorkspaceId;
    readonly personId: PersonId;
    readonly memberId: MemberId;
    readonly role: Role;
  };
  readonly method: FactorMethod;
  readonly visitor: Visitor;
  /** The session that asked; this one takes its place under a new token. */
  readonly replaced?: Actor | undefined;
  /** Why it starts where no factor was proved for it: the time of the last proof stays what it was, and so says the log. */
  readonly because?: "device_approved" | "password_changed";
  readonly detail?: AuditEvent["detail"];
}

/**
 * The one way to a session with both factors: signing in, proving a factor again, unlocking. `tx` has any scope; the
 * vaults are the installation's and the member's. A session that replaces a whole one ends when that would have ended,
 * and is bound to the device that that was bound to.
 */
export async function startSession(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  vaults: { readonly installation: WorkspaceVault; readonly workspace: WorkspaceVault },
  given: SessionStart,
): Promise<StartedSession> {
  const { member, method, visitor, replaced } = given;
  const { workspaceId, personId, memberId } = member;
  const { installation, workspace } = vaults;
  const now = handles.clock();
  await lockPerson(tx, personId);
  const before = replaced && (await takeOver(tx, installation, replaced));
  const country = await handles.countries.countryOf(visitor.address);
  const known = await recogniseDevice(handles, tx, vaults, { member, visitor, country, before });
  const { device } = known;
  const waits = device.state === "waiting";
  const pending = waits ? "device" : await lacksPassword(tx, installation, { member, method, before });
  const networkHash = hashNetwork(installation, visitor.address);
  const { token, session } = await insertSession(tx, installation, {
    ...{ workspaceId, personId, memberId, method, userAgent: visitor.userAgent, now },
    pending,
    place: {
      ...{ deviceId: device.id, deviceHash: device.tokenHash, networkHash },
      countryHash: hashCountry(installation, country),
    },
    binding: keptBinding(before?.binding),
    continues: before?.pending === null ? before : undefined,
    factorAt: given.because === undefined ? now : (before?.factorAt ?? null),
  });
  await inScope(tx, workspaceId, async () => {
    if (!waits) await rememberNetwork(tx, workspace, { memberId, networkHash, now });
    await record(handles, tx, workspaceId, {
      kind: pending === null ? kindOf(given) : "identity.sign_in_waits",
      actor: actorName(member),
      subject: `session:${session.id}`,
      outcome: "success",
      detail: { factor: method, device: device.id, ...(pending && { for: pending }), ...given.detail },
    });
  });
  return {
    token,
    actor: actorOfSession(session, member.role),
    deviceToken: known.token,
    challengeToBind:
      pending !== null || session.binding !== null
        ? undefined
        : challengeToBind(installation, session.id, now),
  };
}

/**
 * What begins, and whose password is known to others, may do nothing but choose another. Not what goes on: nobody is
 * stopped in the middle of their work. Who came by their company's account is asked for no password: they do not use it.
 */
async function lacksPassword(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  {
    member,
    method,
    before,
  }: Pick<SessionStart, "member" | "method"> & { readonly before: Session | undefined },
): Promise<"password" | null> {
  if (before?.pending === null || isOfProvider(method) || isOfProvider(before?.method)) return null;
  return (await mustChangePassword(tx, installation, member.personId)) ? "password" : null;
}

function isOfProvider(method: FactorMethod | null | undefined): boolean {
  return method === "oidc" || method === "saml";
}

async function takeOver(tx: Tx<IdentityTables>, installation: WorkspaceVault, replaced: Actor) {
  const before = await lockSession(tx, installation, replaced.sessionId);
  if (before === undefined || !(await deleteSession(tx, installation, before.id)))
    throw new Refusal("unauthenticated", "session.none");
  return before;
}

function kindOf({ replaced, because }: SessionStart): EventKind {
  if (because !== undefined)
    return replaced?.stage === "open" ? "identity.session_renewed" : "identity.signed_in";
  if (replaced?.stage === "open") return "identity.factor_proved";
  if (replaced?.stage === "locked") return "identity.session_unlocked";
  if (replaced?.stage === "network") return "identity.network_confirmed";
  return "identity.signed_in";
}
