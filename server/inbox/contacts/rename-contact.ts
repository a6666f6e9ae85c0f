import { sql } from "kysely";
import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { announce } from "../live/live-change.ts";
import { type Profile, profilePlace } from "../profile.ts";
import { type Act, record } from "../room.ts";
import type { ContactView } from "../views.ts";
import { requireContact } from "./access-contact.ts";
import { getContact } from "./show-contact.ts";

/** Gives a contact our own name. An Agent may for the contacts of their own chats. */
export async function renameContact(act: Act, contactId: string, name: string): Promise<ContactView> {
  const { tx, vault, actor, now } = act;
  const conversations = await requireContact(act, contactId);
  // Naming somebody is no way to see more of them.
  const open = conversations.some(({ sight }) => sight.open);

  const row = await tx
    .selectFrom("inbox_contact")
    .select("profile_sealed")
    .where("workspace_id", "=", actor.workspaceId)
    .where("id", "=", contactId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "inbox.no_contact");
  const opening = await vault.keysOf(narrow<VaultTables>(tx), [row.profile_sealed]);
  const profile = JSON.parse(opening.openText(profilePlace(contactId), row.profile_sealed)) as Profile;

  const subject = { subjectId: contactId, keyClass: "profile", at: now } as const;
  const sealing = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const sealed = sealing.seal(
    subject,
    profilePlace(contactId),
    JSON.stringify({ ...profile, ownName: name }),
  );
  await sql`update inbox_contact set profile_sealed = ${sealed}, version = version + 1
            where workspace_id = ${actor.workspaceId} and id = ${contactId}`.execute(tx);

  await record(act, { kind: "contact.renamed", subject: `contact:${contactId}`, contactId });
  const ids = conversations.map((conversation) => conversation.id);
  await announce(tx, { workspaceId: actor.workspaceId, conversations: ids, things: ["contacts"] });
  return getContact(act, contactId, { open, listed: true });
}
