import { inScope, inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { type Actor, actorName } from "./actor.ts";
import { type IdentityHandles, record } from "./handles.ts";
import { sealMemberName } from "./member.ts";
import type { Language } from "./tables.ts";

export interface ProfileChange {
  readonly name?: string | undefined;
  readonly language?: Language | undefined;
}

/** One's own name in this workspace and one's own language. */
export async function updateProfile(
  handles: IdentityHandles,
  actor: Actor,
  { name, language }: ProfileChange,
): Promise<void> {
  const { workspaceId, memberId, personId } = actor;
  const vault = await handles.vault.openWorkspace(workspaceId);
  await inWorkspace(handles.db, workspaceId, async (tx) => {
    if (name !== undefined)
      await tx
        .updateTable("identity_member")
        .set({ name_sealed: await sealMemberName(tx, vault, memberId, name, handles.clock()) })
        .where("workspace_id", "=", workspaceId)
        .where("id", "=", memberId)
        .executeTakeFirstOrThrow();
    if (language !== undefined)
      await inScope(tx, INSTALLATION, () =>
        tx
          .updateTable("identity_person")
          .set({ language })
          .where("workspace_id", "=", INSTALLATION)
          .where("id", "=", personId)
          .executeTakeFirstOrThrow(),
      );
    await record(handles, tx, workspaceId, {
      kind: "identity.profile_updated",
      actor: actorName(actor),
      subject: `person:${personId}`,
      outcome: "success",
      detail: { name: name !== undefined, language: language ?? null },
    });
  });
}
