import type { Brand } from "../platform/brand.ts";
import type { WorkspaceId } from "../platform/ids.ts";

/** A human of the installation. */
export type PersonId = Brand<"PersonId">;
/** A person in one workspace. */
export type MemberId = Brand<"MemberId">;
export type SessionId = Brand<"SessionId">;

/** Lowest level first; each includes those before it (controls.md, C). */
export const ROLES = ["agent", "team_lead", "admin", "owner"] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking, as a session proves it. */
export interface Actor {
  readonly workspaceId: WorkspaceId;
  readonly memberId: MemberId;
  readonly personId: PersonId;
  readonly role: Role;
  readonly sessionId: SessionId;
  /** 1: the password only, good for nothing but proving the second factor. 2: both. */
  readonly assurance: 1 | 2;
  /** When the second factor was last proved. */
  readonly factorAt: Date | null;
}

/** The actor as the audit log names them. */
export function actorName(actor: Pick<Actor, "memberId">): string {
  return `member:${actor.memberId}`;
}

/** 1 (agent) to 4 (owner). */
export function levelOf(role: Role): number {
  return ROLES.indexOf(role) + 1;
}
