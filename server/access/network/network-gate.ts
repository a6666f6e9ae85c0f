import type { Kysely } from "kysely";
import { ForgedRow, recordForgery } from "../../identity/forged-row.ts";
import type { IdentityHandles } from "../../identity/handles.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { AccessTables } from "../tables.ts";
import { findNetworkRules, type StoredRules } from "./network-rule-store.ts";
import { type Comer, compileRules, NO_RULES } from "./network-rules.ts";

/** How old rules may be when a request is decided by them, in ms. Ours: a change holds everywhere within a second. */
const FRESH_MS = 500;

export interface Visit {
  readonly workspaceId: WorkspaceId;
  readonly role: Comer;
  /** Of the peer, or what a trusted proxy says. */
  readonly address: string;
}

/** Decides whether somebody, or the company's directory, may come from where they are. */
export interface NetworkGate {
  admits(visit: Visit): Promise<boolean>;
  /** Decides the next visit by the rules as they are now: called after a change. */
  forget(workspaceId: WorkspaceId): void;
}

type Decide = (comer: Comer, address: string) => boolean;

/** What this process knows of a workspace's rules. */
interface Known {
  /** By the process's stopwatch. */
  readonly readAtMs: number;
  readonly decide: Decide;
  /** Of the newest row that was ours. */
  readonly version: number;
}

/**
 * The gate of one process, over rules that it reads at most every half second.
 *
 * A row that we did not write, one that is older than one we have read, and one that is gone after it was there, change
 * nothing: the last good rules go on. A process that has read no good ones lets nobody in: who writes the database must
 * not open what an Owner closed. Each is a critical event (identity.forged_row); `wardroom network-rules clear` is the
 * way out.
 */
export function openNetworkGate(
  handles: Pick<IdentityHandles, "db" | "vault" | "audit" | "refusals" | "clock">,
): NetworkGate {
  const known = new Map<WorkspaceId, Known>();
  const reading = new Map<WorkspaceId, Promise<Known>>();
  const db = handles.db as unknown as Kysely<AccessTables>;

  async function read(workspaceId: WorkspaceId): Promise<Known> {
    const vault = await handles.vault.openWorkspace(workspaceId);
    const readAtMs = performance.now();
    // Of before the reading: what a quicker one finds meanwhile is no proof that this one found something old.
    const before = known.get(workspaceId);
    const found = await inWorkspace(db, workspaceId, (tx) => findNetworkRules(narrow(tx), vault));
    const next = judge(found, before);
    if (next === "forged") {
      await recordForgery(handles, new ForgedRow("access_network_rules", workspaceId));
      if (before === undefined) return { readAtMs, decide: NOBODY, version: 0 };
    }
    const good = next === "forged" ? (before as Known) : next;
    const result: Known = { ...good, readAtMs };
    if (result.version >= (known.get(workspaceId)?.version ?? 0)) known.set(workspaceId, result);
    return result;
  }

  async function rulesOf(workspaceId: WorkspaceId): Promise<Known> {
    const found = known.get(workspaceId);
    if (found !== undefined && performance.now() - found.readAtMs < FRESH_MS) return found;
    const under = reading.get(workspaceId);
    if (under !== undefined) return under;
    const began = read(workspaceId).finally(() => {
      if (reading.get(workspaceId) === began) reading.delete(workspaceId);
    });
    reading.set(workspaceId, began);
    return began;
  }

  return {
    async admits({ workspaceId, role, address }) {
      return (await rulesOf(workspaceId)).decide(role, address);
    },
    forget(workspaceId) {
      const found = known.get(workspaceId);
      if (found !== undefined) known.set(workspaceId, { ...found, readAtMs: Number.NEGATIVE_INFINITY });
      // What is being read may be of before the change.
      reading.delete(workspaceId);
    },
  };
}

const NOBODY: Decide = () => false;
const EVERYBODY = compileRules(NO_RULES);

function judge(
  found: StoredRules | "absent" | "forged",
  before: Known | undefined,
): { readonly decide: Decide; readonly version: number } | "forged" {
  if (found === "forged") return "forged";
  if (found === "absent")
    return before === undefined || before.version === 0 ? { decide: EVERYBODY, version: 0 } : "forged";
  if (before !== undefined && found.version < before.version) return "forged";
  if (before?.version === found.version) return before;
  return { decide: compileRules(found.rules), version: found.version };
}
