import { inWorkspace, narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { Secret } from "../../platform/secret.ts";
import { GraphError } from "../graph-error.ts";
import { asRefusal } from "./inspect-number.ts";
import { getNumberAccess } from "./number-access.ts";
import { findCallback } from "./number-callback.ts";
import type { NumbersRoom } from "./numbers-room.ts";

/** What we want to hear. Names that a host does not know, it ignores. Source: facts.md, 1.5. */
const FIELDS = [
  "messages",
  "account_alerts",
  "account_review_update",
  "account_update",
  "business_capability_update",
  "message_template_components_update",
  "message_template_quality_update",
  "message_template_status_update",
  "phone_number_name_update",
  "phone_number_quality_update",
  "security",
  "template_category_update",
  "user_preferences",
];

/** Meta's "callback verification failed". */
const VERIFICATION_FAILED = 2200;

/**
 * Gives the app's callback address and verify token to the number's host; the host asks the address at once. Repeat it
 * when the address has changed. At Meta people paste both in the dashboard; this is for the simulator.
 *
 * Refuses with `whatsapp.callback_unreachable`.
 */
export async function registerCallback(
  room: NumbersRoom,
  input: { readonly workspaceId: WorkspaceId; readonly numberId: string; readonly actor: string },
): Promise<void> {
  const vault = await room.vault.openWorkspace(input.workspaceId);
  const { access, callback } = await inWorkspace(room.db, input.workspaceId, async (tx) => ({
    access: await getNumberAccess(narrow(tx), vault, room.hosts, input.numberId),
    callback: await findCallback(narrow(tx), vault, input.numberId),
  }));
  const appToken = new Secret(`${access.appId}|${access.appSecret.reveal()}`);
  await room.graph
    .call(
      { ...access, accessToken: appToken, appSecret: null },
      {
        method: "POST",
        path: "/{app}/subscriptions",
        ids: { app: access.appId },
        json: {
          object: "whatsapp_business_account",
          callback_url: room.callbackUrlOf(access.host, access.appId),
          verify_token: callback.verifyToken.reveal(),
          fields: FIELDS.join(","),
        },
        actor: input.actor,
      },
    )
    .catch((error: unknown) => {
      if (error instanceof GraphError && error.code === VERIFICATION_FAILED) {
        throw new Refusal("unavailable", "whatsapp.callback_unreachable", { cause: error });
      }
      throw asRefusal(error);
    });
}
