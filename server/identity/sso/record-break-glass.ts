import { inScope, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { actorName, type MemberId, type SessionId } from "../actor.ts";
import { type IdentityHandles, record } from "../handles.ts";
import type { IdentityTables } from "../tables.ts";

/** The Owner who is named for it signs in past the company's provider: each use is critical. `tx` has any scope. */
export async function recordBreakGlass(
  handles: Pick<IdentityHandles, "audit" | "clock">,
  tx: Tx<IdentityTables>,
  given: { readonly workspaceId: WorkspaceId; readonly memberId: MemberId; readonly sessionId: SessionId },
): Promise<void> {
  const { workspaceId, memberId, sessionId } = given;
  await inScope(tx, workspaceId, () =>
    record(handles, tx, workspaceId, {
      kind: "identity.break_glass_used",
      actor: actorName({ memberId }),
      subject: `session:${sessionId}`,
      outcome: "success",
      detail: { severity: "critical" },
    }),
  );
}
