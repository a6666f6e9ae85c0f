import { inWorkspace } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import { actorName } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import { record } from "../handles.ts";
import type { Attempt, Verified } from "./attempt.ts";
import { findConnection, nextVersion, type SsoConnection, saveConnection } from "./connection.ts";
import type { SsoHandles } from "./handles.ts";
import { type Beginner, getActive, requireSession } from "./link-account.ts";

/** An Admin's test came back whole: the way to the provider and back works. It signs nobody in and links nothing. */
export async function noteTested(
  handles: SsoHandles,
  { workspaceId, connectionId }: Attempt,
  beginner: Beginner,
  { acr, amr }: Verified,
): Promise<void> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  await requireSession(handles, beginner);
  await refuseForged(handles, new Refusal("forbidden", "sso.answer_refused"), () =>
    inWorkspace(handles.db, workspaceId, async (tx) => {
      const member = await getActive(tx, vault, beginner.memberId);
      const found = (
        await Promise.all([findConnection(tx, vault, "oidc"), findConnection(tx, vault, "saml")])
      ).find((each) => each?.id === connectionId);
      if (found === undefined) throw new Refusal("not_found", "sso.connection_not_found");
      const now = handles.clock();
      const proved = {
        ...found,
        version: nextVersion(found.version, now),
        changedAt: now,
        changedBy: member.id,
      };
      const settings = { ...found.settings, provedAt: now.toISOString() };
      await saveConnection(tx, vault, { ...proved, settings } as SsoConnection);
      await record(handles, tx, workspaceId, {
        kind: "identity.sso_tested",
        actor: actorName({ memberId: member.id }),
        subject: `connection:${connectionId}`,
        outcome: "success",
        // What the provider says of how they signed in: an Admin needs it to write the rule for the second factor.
        detail: { acr, amr },
      });
    }),
  );
}
