import { sql } from "kysely";
import { may } from "../../access/permissions.ts";
import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { chatSight } from "../chat-sight.ts";
import { announce } from "../live/live-change.ts";
import { type Profile, profilePlace } from "../profile.ts";
import { type Act, record } from "../room.ts";
import type { ContactView } from "../views.ts";
import { getContact } from "./show-contact.ts";

/** Gives a contact our own name. An Agent may for the contacts of their own chats. */
export async function renameContact(act: Act, contactId: string, name: string): Promise<ContactView> {
  const { tx, vault, actor, now } = act;
  const conversations = await listSights(act, contactId);
  // Naming somebody is no way to see more of them.
  const open = conversations.some(({ sight }) => sight.open);
  const isOwn = conversations.some(({ assigneeId }) => assigneeId === actor.memberId);
  if (!isOwn && !may(actor, "contact.view_all")) throw new Refusal("not_found", "inbox.no_contact");

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
  return getContact(act, contactId, { open });
}

/** Their chats, without those that the program did not write. */
async function listSights(act: Act, contactId: string) {
  const { tx, actor } = act;
  const rows = await tx
    .selectFrom("inbox_conversation as c")
    .leftJoin("inbox_opening as o", (join) =>
      join
        .onRef("o.workspace_id", "=", "c.workspace_id")
        .onRef("o.conversation_id", "=", "c.id")
        .on("o.member_id", "=", actor.memberId),
    )
    .select(["c.id", "c.contact_id", "c.number_id", "c.assignee_id", "c.mac"])
    .select([
      "o.reason as o_reason",
      "o.opened_at as o_opened_at",
      "o.expires_at as o_expires_at",
      "o.mac as o_mac",
    ])
    .where("c.workspace_id", "=", actor.workspaceId)
    .where("c.contact_id", "=", contactId)
    .execute();
  return rows.flatMap((row) => {
    const sight = chatSight(act, row);
    return sight === "forged" ? [] : [{ id: row.id, assigneeId: row.assignee_id, sight }];
  });
}
