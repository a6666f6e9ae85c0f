import { inWorkspace, narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import { findAppSecretsOf, keepAppSecret } from "./app-secret-store.ts";
import type { NumbersRoom } from "./numbers-room.ts";

/**
 * Takes an app's new secret. The one before verifies webhooks for another day; calls are signed with the new one at
 * once. Refuses with `whatsapp.app_not_found`.
 */
export async function changeAppSecret(
  room: Pick<NumbersRoom, "db" | "vault" | "audit" | "clock" | "appSecrets">,
  input: {
    readonly workspaceId: WorkspaceId;
    readonly appId: string;
    readonly secret: Secret<string>;
    readonly actor: string;
  },
): Promise<void> {
  const { workspaceId, appId, secret, actor } = input;
  const vault = await room.vault.openWorkspace(workspaceId);
  const now = room.clock();
  await inWorkspace(room.db, workspaceId, async (tx) => {
    const known = await findAppSecretsOf(narrow(tx), vault, appId, now);
    if (known === undefined) throw new Refusal("not_found", "whatsapp.app_not_found");
    const change = await keepAppSecret(narrow(tx), vault, {
      appId,
      secret,
      verifyToken: known.verifyToken.reveal(),
      now,
    });
    if (change === "same") return;
    await room.audit.append(narrow(tx), workspaceId, [
      {
        occurredAt: now,
        kind: "number.app_secret_changed",
        actor,
        subject: `app:${appId}`,
        outcome: "success",
      },
    ]);
  });
  room.appSecrets.forget(appId);
}
