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

/** How a second factor was proved. */
export type FactorMethod = "totp" | "recovery_code" | "passkey" | "oidc" | "saml";

/**
 * How far a session has come: `factor` lacks the second factor, `enrol` may do nothing but enrol one, `device` waits
 * until somebody approves the device, `binding` belongs to a device whose key was not shown lately, `password` may do
 * nothing but choose a new password, `locked` and `network` (its address changed in a way that has to be explained) have
 * both factors and want one again. Only `open` may do anything else.
 */
export type Stage = "factor" | "enrol" | "device" | "binding" | "password" | "locked" | "network" | "open";

/** Who is asking, as a session proves it. */
export interface Actor {
  readonly workspaceId: WorkspaceId;
  readonly memberId: MemberId;
  readonly personId: PersonId;
  readonly role: Role;
  readonly sessionId: SessionId;
  /** 2 in the stage `open` and in no other: what asks for it is refused in all of them. */
  readonly assurance: 1 | 2;
  readonly stage: Stage;
  readonly method: FactorMethod | null;
  /** The device it was started on; null where none is known. */
  readonly deviceId: string | null;
  /** When the second factor was last proved. */
  readonly factorAt: Date | null;
  /** For a session that is bound to its device: until when this request's cookie shows that it comes from there. */
  readonly boundUntil?: Date | undefined;
}

/** The actor as the audit log names them. */
export function actorName(actor: Pick<Actor, "memberId">): string {
  return `member:${actor.memberId}`;
}

/** 1 (agent) to 4 (owner). */
export function levelOf(role: Role): number {
  return ROLES.indexOf(role) + 1;
}
