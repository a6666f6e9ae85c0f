import { contract } from "../../contract/contract.ts";
import { canonicalRules } from "../access/network/canonical-rules.ts";
import { changeNetworkRules, readNetworkRules } from "../access/network/change-network-rules.ts";
import { bareAddress, matchNetworks, neighbourhoodOf, readCidr } from "../access/network/cidr.ts";
import type { NetworkGate } from "../access/network/network-gate.ts";
import { isAdmitted, listFor, type NetworkRules, nameOfNetwork } from "../access/network/network-rules.ts";
import { type Actor, ROLES } from "../identity/actor.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Api } from "./api.ts";

export interface NetworkRouteDeps {
  readonly handles: IdentityHandles;
  readonly gate: NetworkGate;
}

/** From where the console is reached. The gate itself (api.ts) asks the rules at every other route. */
export function registerNetworkRoutes(api: Api, { handles, gate }: NetworkRouteDeps): void {
  const read = async (actor: Actor) => {
    const { rules, version, state } = await readNetworkRules(handles, actor);
    return { rules: rulesReply(rules), version, state };
  };

  api.route(contract.getNetworkRules, { access: "network_rule.read" }, async ({ actor, address }) => ({
    ...(await read(actor)),
    yourAddress: bareAddress(address),
  }));

  api.route(
    contract.changeNetworkRules,
    { access: "network_rule.change" },
    async ({ actor, body, address }) => {
      await changeNetworkRules(handles, gate, actor, { ...body, address });
      const { rules, version } = await read(actor);
      return { rules, version };
    },
  );

  api.route(contract.testNetworkRules, { access: "network_rule.read" }, async ({ body }) => {
    const { address, rules } = body;
    if (readCidr(address) === undefined || address.includes("/"))
      throw new Refusal("invalid", "access.network_malformed");
    const meant = canonicalRules(rules);
    return {
      admitted: ROLES.map((role) => ({ role, admitted: isAdmitted(meant, role, address) })),
      known: nameOfNetwork(meant, address) ?? null,
    };
  });

  api.route(contract.getOwnNetwork, { access: "signed_in" }, async ({ actor, address }) => {
    const { rules } = await readNetworkRules(handles, actor);
    const name = nameOfNetwork(rules, address) ?? null;
    const list = listFor(rules, actor.role);
    // Whoever comes from a network that lets them in works from one that the workspace knows, named or not.
    const isListed = list.length > 0 && matchNetworks(list)(address);
    const isKnown = name !== null || isListed;
    const state: "any" | "known" | "unknown" =
      rules.known.length === 0 ? "any" : isKnown ? "known" : "unknown";
    return { address: bareAddress(address), neighbourhood: neighbourhoodOf(address) ?? "", state, name };
  });
}

function rulesReply(rules: NetworkRules) {
  const { agent, team_lead, admin, owner } = rules.roles;
  return {
    everybody: [...rules.everybody],
    directory: [...rules.directory],
    roles: { agent: [...agent], team_lead: [...team_lead], admin: [...admin], owner: [...owner] },
    known: rules.known.map(({ name, network }) => ({ name, network })),
  };
}
