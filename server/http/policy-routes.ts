import { contract } from "../../contract/contract.ts";
import { changePolicy } from "../access/change-policy.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { POLICY_NAMES, type PolicyName } from "../identity/policy/catalogue.ts";
import type { Api } from "./api.ts";

/** What a workspace decides about its own security: read by all, changed by Admins. */
export function registerPolicyRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.getPolicies, { access: "policy.read" }, ({ actor }) =>
    handles.policies.of(actor.workspaceId),
  );

  api.route(contract.changePolicies, { access: "policy.change" }, async ({ actor, body }) => {
    for (const name of POLICY_NAMES) await changeOne(handles, actor, body, name);
    return handles.policies.of(actor.workspaceId);
  });
}

async function changeOne<Name extends PolicyName>(
  handles: IdentityHandles,
  actor: Parameters<typeof changePolicy>[1],
  body: { readonly [Each in PolicyName]?: Parameters<typeof changePolicy<Each>>[2]["value"] | undefined },
  name: Name,
): Promise<void> {
  const value = body[name];
  if (value !== undefined) await changePolicy(handles, actor, { name, value });
}
