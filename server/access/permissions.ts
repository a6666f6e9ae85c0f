import type { Actor, Role } from "../identity/actor.ts";

export const PERMISSIONS = [
  "contact.list",
  "contact.read_phone",
  "contact.rename",
  "contact.view_all",
  "conversation.assign",
  "conversation.list",
  "conversation.open_with_reason",
  "conversation.take",
  "conversation.view_all",
  "member.change_role",
  "member.deactivate",
  "member.invite",
  "member.list",
  "member.read_email",
  "message.send",
  "metrics.read",
  "number.connect",
  "number.disconnect",
  "number.list",
  "number.simulate",
  "profile.update",
  "quarantine.decide",
  "quarantine.read",
  "template.list",
  "template.synchronise",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * The one table of who may do what (controls.md, C). A level includes the one before, with one exception that is
 * written out: the chats of others are a Team Lead's work and not an Admin's, who opens one with a reason that is kept.
 * Absence means no: a permission added above is granted to nobody until it stands here.
 *
 * contact.read_phone lets a number be shown at all; for an Agent the inbox still masks those of chats not theirs.
 */
const AGENT = [
  "contact.list",
  "contact.read_phone",
  "contact.rename",
  "conversation.list",
  "conversation.take",
  "member.list",
  "message.send",
  "number.list",
  "profile.update",
  "template.list",
] as const satisfies Permission[];

const TEAM_LEAD = [
  ...AGENT,
  "contact.view_all",
  "conversation.assign",
  "conversation.view_all",
  "metrics.read",
] as const satisfies Permission[];

/** Of the level below, what a level above does not inherit. */
const TEAM_LEAD_ONLY: readonly Permission[] = ["conversation.view_all"];

const ADMIN = [
  ...TEAM_LEAD.filter((permission) => !TEAM_LEAD_ONLY.includes(permission)),
  "conversation.open_with_reason",
  "member.change_role",
  "member.deactivate",
  "member.invite",
  "member.read_email",
  "number.connect",
  "number.disconnect",
  "number.simulate",
  "quarantine.decide",
  "quarantine.read",
  "template.synchronise",
] as const satisfies Permission[];

/** What is an Owner's alone (billing, deletion) comes with the rooms that do it. */
const OWNER = [...ADMIN] as const satisfies Permission[];

const GRANTS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  agent: new Set(AGENT),
  team_lead: new Set(TEAM_LEAD),
  admin: new Set(ADMIN),
  owner: new Set(OWNER),
};

/** Whether this actor may. Never with one factor only. */
export function may(actor: Pick<Actor, "role" | "assurance">, permission: Permission): boolean {
  return actor.assurance === 2 && GRANTS[actor.role].has(permission);
}

/** All that a role grants, sorted. */
export function permissionsOf(role: Role): Permission[] {
  return [...GRANTS[role]].sort();
}
