import { Refusal } from "../../platform/refusal.ts";
import { type Cidr, readCidr } from "./cidr.ts";
import { MAX_NETWORKS, type NetworkRules } from "./network-rules.ts";

/** Rules as people write them, with every network in its canonical form and none twice. Refuses what is no network. */
export function canonicalRules({ everybody, roles, directory, known }: NetworkRules): NetworkRules {
  const names = new Map(known.map(({ name, network }) => [canonicalOf(network), name.trim()]));
  return {
    everybody: canonicalList(everybody),
    roles: {
      agent: canonicalList(roles.agent),
      team_lead: canonicalList(roles.team_lead),
      admin: canonicalList(roles.admin),
      owner: canonicalList(roles.owner),
    },
    directory: canonicalList(directory),
    known: atMost([...names].map(([network, name]) => ({ name, network }))),
  };
}

function canonicalList(networks: readonly string[]): Cidr[] {
  return atMost([...new Set(networks.map(canonicalOf))]);
}

function canonicalOf(text: string): Cidr {
  const network = readCidr(text);
  if (network === undefined) throw new Refusal("invalid", "access.network_malformed");
  return network;
}

function atMost<Item>(list: Item[]): Item[] {
  if (list.length > MAX_NETWORKS) throw new Refusal("invalid", "access.too_many_networks");
  return list;
}
