import type { AuditEvent } from "../../audit/event.ts";
import { inScope, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { MemberId, PersonId } from "../actor.ts";
import { type IdentityHandles, record } from "../handles.ts";
import type { IdentityTables } from "../tables.ts";

/** Where a person is a member, active or not. Routing: any scope. */
export async function listMemberships(
  tx: Tx<IdentityTables>,
  personId: PersonId,
): Promise<Array<{ readonly workspaceId: WorkspaceId; readonly memberId: MemberId }>> {
  const rows = await tx
    .selectFrom("identity_membership_route")
    .where("person_id", "=", personId)
    .select(["workspace_id", "member_id"])
    .orderBy("member_id")
    .execute();
  return rows.map((row) => ({
    workspaceId: row.workspace_id as WorkspaceId,
    memberId: row.member_id as MemberId,
  }));
}

/** Puts what happened to a person on record in each of their workspaces. Any scope. */
export async function recordForPerson(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  personId: PersonId,
  event: Pick<AuditEvent, "kind" | "detail" | "outcome"> & { readonly actor?: string },
): Promise<void> {
  for (const { workspaceId, memberId } of await listMemberships(tx, personId))
    await inScope(tx, workspaceId, () =>
      record(handles, tx, workspaceId, {
        actor: `member:${memberId}`,
        subject: `person:${personId}`,
        ...event,
      }),
    );
}
