import type { Selectable } from "kysely";
import { canonicalJson } from "../../audit/canonical-json.ts";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { IdentityTables } from "../tables.ts";
import { POLICIES, POLICY_NAMES, type PolicyName, type PolicyValues } from "./catalogue.ts";

/** The policies that a workspace has changed, and those whose row somebody else wrote, put back or took away. */
export interface StoredPolicies {
  readonly values: Partial<PolicyValues>;
  readonly versions: Partial<Record<PolicyName, number>>;
  readonly forged: readonly PolicyName[];
}

type Row = Pick<Selectable<IdentityTables["identity_policy"]>, "name" | "value" | "version" | "mac">;

const LABEL = "identity_policy";

/** `tx` must be scoped to the vault's workspace. */
export async function readPolicyRows(tx: Tx<IdentityTables>, vault: WorkspaceVault): Promise<StoredPolicies> {
  const rows = await tx
    .selectFrom("identity_policy")
    .where("workspace_id", "=", vault.workspaceId)
    .select(["name", "value", "version", "mac"])
    .execute();
  const values: Partial<Record<PolicyName, unknown>> = {};
  const versions: Partial<Record<PolicyName, number>> = {};
  const forged: PolicyName[] = [];
  for (const name of POLICY_NAMES) {
    const row = rows.find((each) => each.name === name);
    if (row === undefined) {
      if (!vault.wasNever(LABEL, name)) forged.push(name);
      continue;
    }
    const value = openRow(vault, name, row);
    if (value === undefined) forged.push(name);
    else {
      values[name] = value;
      versions[name] = Number(row.version);
    }
  }
  return { values: values as Partial<PolicyValues>, versions, forged };
}

/** Writes a policy as its next version. `tx` must be scoped, and the workspace's members locked. */
export async function writePolicyRow<Name extends PolicyName>(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly name: Name; readonly value: PolicyValues[Name]; readonly now: Date },
): Promise<void> {
  const { name, now } = given;
  const value = canonicalJson(POLICIES[name].shape.parse(given.value));
  const { versions } = await readPolicyRows(tx, vault);
  // At least the time: a row that was taken away goes on above what others have seen of it.
  const version = Math.max((versions[name] ?? 0) + 1, now.getTime());
  const row = {
    value,
    version: BigInt(version),
    changed_at: now,
    mac: vault.mac(LABEL, [vault.workspaceId, name, value, version]),
  };
  await tx
    .insertInto("identity_policy")
    .values({ workspace_id: vault.workspaceId, name, ...row })
    .onConflict((conflict) => conflict.columns(["workspace_id", "name"]).doUpdateSet(row))
    .execute();
}

function openRow(vault: WorkspaceVault, name: PolicyName, row: Row): unknown {
  const version = Number(row.version);
  if (!vault.isMac(LABEL, [vault.workspaceId, name, row.value, version], row.mac)) return undefined;
  if (!vault.isNewest(LABEL, { id: name, version })) return undefined;
  const parsed = POLICIES[name].shape.safeParse(JSON.parse(row.value));
  return parsed.success ? parsed.data : undefined;
}
