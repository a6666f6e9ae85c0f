import { levelOf, ROLES, type Role } from "../../identity/actor.ts";
import { type Cidr, matchNetworks } from "./cidr.ts";

/** Networks in one list at the most. Ours: more than any business has offices, few enough to be read by a person. */
export const MAX_NETWORKS = 100;

export interface KnownNetwork {
  readonly name: string;
  readonly network: Cidr;
}

/**
 * From where the console of a workspace is reached, and the door of its company's directory. A list that is empty asks nothing. The list of a role stands
 * instead of everybody's, so that it can be narrower or wider.
 */
export interface NetworkRules {
  readonly everybody: readonly Cidr[];
  readonly roles: Readonly<Record<Role, readonly Cidr[]>>;
  /** From where the company's directory may call: a cloud's addresses, mostly, which must let no person in. */
  readonly directory: readonly Cidr[];
  /** Names for networks; they let nobody in. */
  readonly known: readonly KnownNetwork[];
}

export const NO_RULES: NetworkRules = {
  everybody: [],
  roles: { agent: [], team_lead: [], admin: [], owner: [] },
  directory: [],
  known: [],
};

/** The networks that a role may come from; empty: from anywhere. */
export function listFor(rules: NetworkRules, role: Role): readonly Cidr[] {
  return rules.roles[role].length > 0 ? rules.roles[role] : rules.everybody;
}

/** Whether a role may come from an address. An address that we cannot read comes from nowhere. */
export function isAdmitted(rules: NetworkRules, role: Role, address: string): boolean {
  const list = listFor(rules, role);
  return list.length === 0 || matchNetworks(list)(address);
}

/** The name of the smallest known network around an address. */
export function nameOfNetwork(rules: NetworkRules, address: string): string | undefined {
  return rules.known
    .filter(({ network }) => matchNetworks([network])(address))
    .sort((one, other) => bitsOf(other.network) - bitsOf(one.network))[0]?.name;
}

export type RulesVerdict = "allow" | "access.network_rule_locks_out" | "access.above_own_level";

/**
 * Whether somebody may put these rules in place of those before: not where they would lock themselves out, and not
 * for a role above their own.
 */
export function decideNetworkRules(facts: {
  readonly before: NetworkRules;
  readonly after: NetworkRules;
  readonly role: Role;
  readonly address: string;
}): RulesVerdict {
  const { before, after, role, address } = facts;
  const changed = ROLES.filter((each) => before.roles[each].join() !== after.roles[each].join());
  if (changed.some((each) => levelOf(each) > levelOf(role))) return "access.above_own_level";
  return isAdmitted(after, role, address) ? "allow" : "access.network_rule_locks_out";
}

/** Who comes: a person in their role, or the company's directory. */
export type Comer = Role | "directory";

/** Rules compiled for the gate: one matcher a role, and one for the directory. */
export function compileRules(rules: NetworkRules): (comer: Comer, address: string) => boolean {
  const lists: ReadonlyArray<readonly [Comer, readonly Cidr[]]> = [
    ...ROLES.map((role) => [role, listFor(rules, role)] as const),
    ["directory", rules.directory],
  ];
  const matchers = new Map(
    lists.map(([comer, list]) => [comer, list.length === 0 ? () => true : matchNetworks(list)]),
  );
  return (comer, address) => matchers.get(comer)?.(address) === true;
}

function bitsOf(network: Cidr): number {
  return Number(network.split("/")[1]);
}
