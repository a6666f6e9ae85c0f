import type { WorkspaceId } from "../../platform/ids.ts";
import type { KeySubject, Place } from "../../vault/vault.ts";

/** Credentials and profiles of numbers belong to the workspace, not to a customer: they live as long as it. */
export function workspaceKey(workspaceId: WorkspaceId, at: Date): KeySubject {
  return { subjectId: workspaceId, keyClass: "workspace", at };
}

type AppColumn = "secret_sealed" | "previous_secret_sealed" | "verify_token_sealed";

/** The app id stands for the row: the table has no id of its own. */
export function appPlace(appId: string, column: AppColumn): Place {
  return { table: "whatsapp_app", column, rowId: appId };
}

export function numberPlace(numberId: string, column: "token_sealed" | "profile_sealed"): Place {
  return { table: "whatsapp_number", column, rowId: numberId };
}
