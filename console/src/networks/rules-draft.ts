import type { NetworkRules } from "../../../contract/network.ts";

export const ROLES = ["agent", "team_lead", "admin", "owner"] as const;
export type RoleKey = (typeof ROLES)[number];

/** Rules as they stand in the fields of a page: lists as lines of text. */
export interface RulesDraft {
  readonly everybody: string;
  readonly roles: Readonly<Record<RoleKey, string>>;
  readonly directory: string;
  readonly known: ReadonlyArray<{ readonly key: string; readonly name: string; readonly network: string }>;
}

export function draftOf({ everybody, roles, directory, known }: NetworkRules): RulesDraft {
  const text = (list: readonly string[]) => list.join("\n");
  return {
    everybody: text(everybody),
    roles: {
      agent: text(roles.agent),
      team_lead: text(roles.team_lead),
      admin: text(roles.admin),
      owner: text(roles.owner),
    },
    directory: text(directory),
    known: known.map((one) => ({ ...one, key: crypto.randomUUID() })),
  };
}

/** Names without a network, and the other way round, are lines that nobody has filled yet. */
export function rulesOf({ everybody, roles, directory, known }: RulesDraft): NetworkRules {
  return {
    everybody: linesOf(everybody),
    roles: {
      agent: linesOf(roles.agent),
      team_lead: linesOf(roles.team_lead),
      admin: linesOf(roles.admin),
      owner: linesOf(roles.owner),
    },
    directory: linesOf(directory),
    known: known
      .map(({ name, network }) => ({ name: name.trim(), network: network.trim() }))
      .filter(({ name, network }) => name !== "" && network !== ""),
  };
}

export function linesOf(text: string): string[] {
  return text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
