import { inWorkspace } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { ForgedRow, recordForgery } from "../forged-row.ts";
import type { IdentityHandles } from "../handles.ts";
import { INITIAL_POLICIES, type PolicySource, type PolicyValues } from "./catalogue.ts";
import { readPolicyRows } from "./policy-rows.ts";

/** How long what was read is used, in ms: every request asks. A change holds on every node within it. Ours. */
const FRESH_MS = 1_000;

interface Known {
  readonly at: number;
  readonly values: Promise<PolicyValues>;
}

/**
 * The policies of each workspace, read at most once a second. A row that somebody else wrote, put back or took away
 * changes nothing: what this process last knew stays in force, or else the policy as it comes, and the log says so.
 */
export class Policies implements PolicySource {
  readonly #handles: Pick<IdentityHandles, "db" | "vault" | "audit" | "refusals" | "clock">;
  readonly #known = new Map<WorkspaceId, Known>();
  readonly #lastGood = new Map<WorkspaceId, PolicyValues>();

  constructor(handles: Pick<IdentityHandles, "db" | "vault" | "audit" | "refusals" | "clock">) {
    this.#handles = handles;
  }

  async of(workspaceId: WorkspaceId): Promise<PolicyValues> {
    const known = this.#known.get(workspaceId);
    const now = performance.now();
    if (known !== undefined && now - known.at < FRESH_MS) return known.values;
    const values = this.#read(workspaceId);
    this.#known.set(workspaceId, { at: now, values });
    values.catch(() => this.#known.delete(workspaceId));
    return values;
  }

  forget(workspaceId: WorkspaceId): void {
    this.#known.delete(workspaceId);
  }

  async #read(workspaceId: WorkspaceId): Promise<PolicyValues> {
    const vault = await this.#handles.vault.openWorkspace(workspaceId);
    const stored = await inWorkspace(this.#handles.db, workspaceId, (tx) => readPolicyRows(tx, vault));
    const before = this.#lastGood.get(workspaceId) ?? INITIAL_POLICIES;
    const kept = Object.fromEntries(stored.forged.map((name) => [name, before[name]]));
    for (const name of stored.forged)
      await recordForgery(this.#handles, new ForgedRow("identity_policy", name));
    const values: PolicyValues = { ...INITIAL_POLICIES, ...stored.values, ...kept };
    this.#lastGood.set(workspaceId, values);
    return values;
  }
}
