import type { Selectable } from "kysely";
import type { WorkspaceId } from "../platform/ids.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { Actor, FactorMethod, MemberId, PersonId, Role, SessionId, Stage } from "./actor.ts";
import { bindingMacFields, bindingOfRow, type SessionBinding } from "./binding/session-binding.ts";
import type { IdentityTables, Pending } from "./tables.ts";

/** What a session row gives power by. `seen_at` is left out of the MAC: it is written by every reader. */
export interface Session {
  readonly tokenHash: Buffer;
  readonly id: SessionId;
  readonly workspaceId: WorkspaceId;
  readonly personId: PersonId;
  readonly memberId: MemberId;
  /** Rises with every change of the row. */
  readonly version: number;
  /** 1 exactly while something is pending. */
  readonly assurance: 1 | 2;
  readonly pending: Pending | null;
  readonly method: FactorMethod | null;
  readonly deviceId: string | null;
  readonly deviceHash: Buffer | null;
  readonly networkHash: Buffer | null;
  readonly countryHash: Buffer | null;
  readonly createdAt: Date;
  readonly factorAt: Date | null;
  /** When a person last did something in it. */
  readonly activeAt: Date;
  readonly lockedAt: Date | null;
  readonly expiresAt: Date;
  readonly userAgentSealed: Buffer | null;
  /** The key of its device; null for a browser that offered none. */
  readonly binding: SessionBinding | null;
}

/** The columns of a session that its MAC covers, and the MAC. */
export const SESSION_COLUMNS = [
  "token_hash",
  "id",
  "workspace_id",
  "person_id",
  "member_id",
  "version",
  "assurance",
  "pending",
  "method",
  "device_id",
  "device_hash",
  "network_hash",
  "country_hash",
  "created_at",
  "factor_at",
  "active_at",
  "locked_at",
  "expires_at",
  "user_agent_sealed",
  "binding_id",
  "binding_key",
  "bound_at",
  "binding_shown_at",
  "mac",
] as const;

export type SessionRow = Pick<
  Selectable<IdentityTables["identity_session"]>,
  (typeof SESSION_COLUMNS)[number]
>;

export function sessionOfRow(row: Omit<SessionRow, "mac">): Session {
  return {
    tokenHash: row.token_hash,
    id: row.id as SessionId,
    workspaceId: row.workspace_id as WorkspaceId,
    personId: row.person_id as PersonId,
    memberId: row.member_id as MemberId,
    version: Number(row.version),
    assurance: row.assurance,
    pending: row.pending,
    method: row.method,
    deviceId: row.device_id,
    deviceHash: row.device_hash,
    networkHash: row.network_hash,
    countryHash: row.country_hash,
    createdAt: row.created_at,
    factorAt: row.factor_at,
    activeAt: row.active_at,
    lockedAt: row.locked_at,
    expiresAt: row.expires_at,
    userAgentSealed: row.user_agent_sealed,
    binding: bindingOfRow(row),
  };
}

/** Whether we wrote the row, and last: one put back from an old copy is not ours any more. */
export function isOurSession(installation: WorkspaceVault, session: Session, mac: Buffer): boolean {
  return installation.isMac(LABEL, macFields(session), mac) && installation.isNewest(LABEL, session);
}

export function sessionMac(installation: WorkspaceVault, session: Session): Buffer {
  return installation.mac(LABEL, macFields(session));
}

/** The actor that a checked session and a checked member make. */
export function actorOfSession(
  session: Session,
  role: Role,
  { stage, boundUntil }: Pick<Actor, "stage" | "boundUntil"> = { stage: stageOf(session) },
): Actor {
  const { workspaceId, memberId, personId, method, deviceId, factorAt } = session;
  const assurance = stage === "open" ? 2 : 1;
  return {
    ...{ workspaceId, memberId, personId, role, sessionId: session.id },
    ...{ assurance, stage, method, deviceId, factorAt, boundUntil },
  };
}

/** What the row itself says; that it was left alone, or has come from elsewhere, is for findActor to see. */
export function stageOf(session: Session): Stage {
  if (session.pending !== null) return session.pending;
  return session.lockedAt === null ? "open" : "locked";
}

const LABEL = "identity_session";

function macFields(session: Session): Array<string | number | Buffer | Date | null> {
  return [
    session.tokenHash,
    session.id,
    session.workspaceId,
    session.personId,
    session.memberId,
    session.version,
    session.assurance,
    session.pending,
    session.method,
    session.deviceId,
    session.deviceHash,
    session.networkHash,
    session.countryHash,
    session.createdAt,
    session.factorAt,
    session.activeAt,
    session.lockedAt,
    session.expiresAt,
    session.userAgentSealed,
    ...bindingMacFields(session.binding),
  ];
}
