import type { AuditEvent } from "../../audit/event.ts";
import { inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import { type IdentityHandles, record } from "../handles.ts";
import { lockWorkspaceMembers } from "../member.ts";
import type { IdentityTables } from "../tables.ts";

/** What the directory's door works with. */
export interface ScimHandles extends IdentityHandles {
  /** Told in the transaction in which a member loses access, so that what they hold can be given back. */
  readonly onMemberLeft: (
    tx: Tx<IdentityTables>,
    left: { readonly workspaceId: WorkspaceId; readonly memberId: string },
  ) => Promise<void>;
  /**
   * Moves a member between teams in the act's transaction, under its lock. What they are in or out of already stays,
   * and a team that is no more takes nobody in. Answers what changed.
   */
  readonly moveTeams: (
    tx: Tx<IdentityTables>,
    move: TeamsMove,
  ) => Promise<{ readonly joined: readonly string[]; readonly left: readonly string[] }>;
}

/** Which teams a member joins and leaves, by the word of their groups. */
export interface TeamsMove {
  readonly workspaceId: WorkspaceId;
  readonly memberId: MemberId;
  readonly joins: ReadonlySet<string>;
  readonly leaves: ReadonlySet<string>;
}

/** For which workspace the directory speaks, by which token. */
export interface Directory {
  readonly workspaceId: WorkspaceId;
  readonly tokenId: string;
}

/** What an act of the directory finds once it is its turn. */
export interface ScimAct {
  readonly handles: ScimHandles;
  readonly tx: Tx<IdentityTables>;
  readonly vault: WorkspaceVault;
  readonly installation: WorkspaceVault;
  readonly now: Date;
  /** Writes an event of the directory's, in the act's own transaction. */
  record(event: Pick<AuditEvent, "kind" | "subject" | "outcome" | "detail">): Promise<void>;
}

/** Runs an act of the directory, one at a time with all others that change a workspace's members. */
export async function actAsDirectory<Result>(
  handles: ScimHandles,
  { workspaceId, tokenId }: Directory,
  work: (act: ScimAct) => Promise<Result>,
): Promise<Result> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const forged = new Refusal("forbidden", "scim.row_refused");
  return refuseForged(handles, forged, () =>
    inWorkspace(handles.db, workspaceId, async (tx) => {
      await lockWorkspaceMembers(tx, workspaceId);
      return work({
        ...{ handles, tx, vault, installation, now: handles.clock() },
        record: (event) => record(handles, tx, workspaceId, { ...event, actor: `directory:${tokenId}` }),
      });
    }),
  );
}
