import type { EventKind } from "../audit/event-kinds.ts";
import { inWorkspace } from "../platform/database.ts";
import { actorName } from "./actor.ts";
import { type IdentityHandles, record } from "./handles.ts";
import type { Session } from "./session-row.ts";

/** In the member's workspace, once per 10 s for each session and reason: somebody may have its cookie. */
export async function noteSessionRefusal(
  handles: IdentityHandles,
  session: Pick<Session, "id" | "workspaceId" | "memberId">,
  { kind, reason }: { readonly kind: EventKind; readonly reason: string },
): Promise<void> {
  const { workspaceId } = session;
  const event = {
    ...{ occurredAt: handles.clock(), kind, actor: actorName(session), subject: `session:${session.id}` },
    outcome: "refusal",
    detail: { reason },
  } as const;
  const due = handles.refusals.note([kind, session.id, reason].join(), event, workspaceId);
  if (due === undefined) return;
  const { occurredAt: _, ...noted } = due;
  await inWorkspace(handles.db, workspaceId, (tx) => record(handles, tx, workspaceId, noted));
}
