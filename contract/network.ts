import { z } from "zod";
import { role } from "./basics.ts";
import type { Route } from "./route.ts";

/** As people write them; what is stored and answered is canonical. */
const network = z.string().trim().min(2).max(50);
const networks = z.array(network).max(100);

export const networkRules = z.strictObject({
  /** Empty: from anywhere. */
  everybody: networks,
  /** A list of a role stands instead of everybody's. Empty: everybody's holds. */
  roles: z.strictObject({ agent: networks, team_lead: networks, admin: networks, owner: networks }),
  /** From where the company's directory (SCIM) may call, which is hardly ever where people are. Empty: from anywhere. */
  directory: networks,
  /** Names for networks, for a calm word where somebody works from another one. They let nobody in. */
  known: z.array(z.strictObject({ name: z.string().trim().min(1).max(60), network })).max(100),
});
export type NetworkRules = z.output<typeof networkRules>;

export const networkRoutes = {
  getNetworkRules: {
    method: "GET",
    path: "/network-rules",
    summary: "From which networks the console is reached, and the address you come from",
    ok: z.object({
      rules: networkRules,
      /** Given back with a change: who was quicker is not overwritten. */
      version: z.number().int(),
      /** "forged": somebody wrote the row by hand; `wardroom network-rules clear` takes it away. */
      state: z.enum(["ours", "forged"]),
      yourAddress: z.string(),
    }),
  },
  changeNetworkRules: {
    method: "PUT",
    path: "/network-rules",
    summary: "Change from where the console is reached; never so that you are locked out yourself",
    body: z.strictObject({ rules: networkRules, version: z.number().int() }),
    ok: z.object({ rules: networkRules, version: z.number().int() }),
  },
  testNetworkRules: {
    method: "POST",
    path: "/network-rules/test",
    summary: "Which roles may come from an address under these rules; changes nothing",
    body: z.strictObject({ address: z.string().trim().min(2).max(50), rules: networkRules }),
    ok: z.object({
      admitted: z.array(z.object({ role, admitted: z.boolean() })),
      known: z.string().nullable(),
    }),
  },
  getOwnNetwork: {
    method: "GET",
    path: "/network",
    summary: "The network you work from, and whether the workspace knows it",
    ok: z.object({
      address: z.string(),
      /** The /24 or /48 around it: what a dismissed warning is remembered by. */
      neighbourhood: z.string(),
      /** "any": the workspace names no networks. */
      state: z.enum(["known", "unknown", "any"]),
      name: z.string().nullable(),
    }),
  },
} as const satisfies Record<string, Route>;
