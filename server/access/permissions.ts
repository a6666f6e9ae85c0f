import { type Actor, levelOf, ROLES, type Role } from "../identity/actor.ts";

/** One line of the table: who may, and whether an unlocked screen is enough for it. */
interface Rule {
  /** The lowest level that may. Levels above include it. */
  readonly from: Role;
  /** The highest one, where levels above do not inherit it. */
  readonly upTo?: Role;
  /**
   * A sensitive act: what gives or takes power, shows a secret, lets data out or cannot be undone. The gate asks for a
   * factor proved within 5 minutes before it (identity/fresh-factor.ts; controls.md, C2).
   */
  readonly sensitive?: true;
}

/**
 * The one table of who may do what (controls.md, C): routes, jobs, live topics and the console's menus read it. A level
 * includes the one before, with one exception that is written out: the chats of others are a Team Lead's work and not
 * an Admin's, who opens one with a reason that is kept. Absence means no.
 *
 * contact.read_phone lets a number be shown at all; for an Agent the inbox still masks those of chats not theirs.
 */
const TABLE = {
  "billing.change": { from: "owner", sensitive: true },
  "billing.export": { from: "owner", sensitive: true },
  "billing.read": { from: "owner" },
  "contact.list": { from: "agent" },
  "contact.list_phone": { from: "team_lead" },
  "contact.read_phone": { from: "agent" },
  "contact.rename": { from: "agent" },
  "contact.view_all": { from: "admin" },
  "contact.view_team": { from: "team_lead" },
  "conversation.assign": { from: "team_lead" },
  "conversation.assign_anybody": { from: "admin" },
  "conversation.list": { from: "agent" },
  "conversation.open_with_reason": { from: "admin" },
  "conversation.take": { from: "agent" },
  "member.ask_new_password": { from: "admin", sensitive: true },
  "member.cancel_factor_reset": { from: "admin" },
  "conversation.view_team": { from: "team_lead", upTo: "team_lead" },
  "device.approve": { from: "agent", sensitive: true },
  "device.approve_others": { from: "team_lead" },
  "device.list": { from: "agent" },
  "device.refuse": { from: "agent" },
  "factor.list": { from: "agent" },
  "factor.manage": { from: "agent", sensitive: true },
  "member.change_role": { from: "admin", sensitive: true },
  "member.change_teams": { from: "team_lead", sensitive: true },
  "member.deactivate": { from: "team_lead", sensitive: true },
  "member.invite": { from: "team_lead", sensitive: true },
  "member.list": { from: "agent" },
  "member.list_factor_resets": { from: "admin" },
  "member.list_invited": { from: "team_lead" },
  "member.manage_all": { from: "admin" },
  "member.reactivate": { from: "admin", sensitive: true },
  "member.read_email": { from: "admin" },
  "member.reset_factors": { from: "admin", sensitive: true },
  "message.send": { from: "agent" },
  "meta_business.manage": { from: "owner", sensitive: true },
  "metrics.read": { from: "team_lead" },
  "network_rule.change": { from: "admin", sensitive: true },
  "network_rule.read": { from: "admin" },
  "number.connect": { from: "admin", sensitive: true },
  "number.disconnect": { from: "admin", sensitive: true },
  "number.list": { from: "agent" },
  "number.show_callback": { from: "admin", sensitive: true },
  "number.simulate": { from: "admin" },
  "ownership.accept": { from: "agent", sensitive: true },
  "ownership.offer": { from: "owner", sensitive: true },
  "ownership.read": { from: "agent" },
  "policy.change": { from: "admin", sensitive: true },
  "policy.read": { from: "agent" },
  "profile.change_email": { from: "agent", sensitive: true },
  "profile.change_password": { from: "agent", sensitive: true },
  "profile.update": { from: "agent" },
  "quarantine.decide": { from: "admin" },
  "quarantine.read": { from: "admin" },
  "scim.manage": { from: "admin", sensitive: true },
  "session.end_own": { from: "agent", sensitive: true },
  "session.manage": { from: "admin", sensitive: true },
  "session.view_others": { from: "admin" },
  "sso.link": { from: "agent", sensitive: true },
  "sso.manage": { from: "admin", sensitive: true },
  "sso.read": { from: "admin" },
  "team.list": { from: "agent" },
  "team.manage": { from: "admin", sensitive: true },
  "template.list": { from: "agent" },
  "template.synchronise": { from: "admin" },
  "workspace.cancel_deletion": { from: "owner" },
  "workspace.delete": { from: "owner", sensitive: true },
} as const satisfies Readonly<Record<string, Rule>>;

export type Permission = keyof typeof TABLE;

const RULES: Readonly<Record<Permission, Rule>> = TABLE;

/** All there are, sorted. */
export const PERMISSIONS = Object.keys(TABLE).sort() as readonly Permission[];

const GRANTS = new Map<Role, ReadonlySet<Permission>>(
  ROLES.map((role) => [role, new Set(PERMISSIONS.filter((permission) => includes(RULES[permission], role)))]),
);

/** Whether this actor may. Never with one factor only. */
export function may(actor: Pick<Actor, "role" | "assurance">, permission: Permission): boolean {
  return actor.assurance === 2 && grantsOf(actor.role).has(permission);
}

/** All that a role grants, sorted. */
export function permissionsOf(role: Role): Permission[] {
  return [...grantsOf(role)];
}

/** Whether the act asks for a factor proved a moment ago. */
export function isSensitive(permission: Permission): boolean {
  return RULES[permission].sensitive === true;
}

function grantsOf(role: Role): ReadonlySet<Permission> {
  const granted = GRANTS.get(role);
  if (granted === undefined) throw new Error("a role that nobody knows");
  return granted;
}

function includes({ from, upTo = "owner" }: Rule, role: Role): boolean {
  return levelOf(from) <= levelOf(role) && levelOf(role) <= levelOf(upTo);
}
