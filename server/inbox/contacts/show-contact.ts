import { may } from "../../access/permissions.ts";
import type { Actor } from "../../identity/actor.ts";
import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { displayName, maskPhone, type Profile, profilePlace } from "../profile.ts";
import type { Act } from "../room.ts";
import type { ContactView } from "../views.ts";

interface ContactFacts {
  readonly id: string;
  readonly identity: "known" | "uncertain";
  readonly identity_since: Date | null;
  readonly created_at: Date;
}

/** A contact's panel; `open` says whether the caller has been through the door of a conversation with them. */
export async function getContact(
  act: Act,
  contactId: string,
  from: { readonly open: boolean; readonly listed?: true },
): Promise<ContactView> {
  const row = await act.tx
    .selectFrom("inbox_contact")
    .select(["id", "profile_sealed", "identity", "identity_since", "created_at"])
    .where("workspace_id", "=", act.actor.workspaceId)
    .where("id", "=", contactId)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "inbox.no_contact");
  const keys = await act.vault.keysOf(narrow<VaultTables>(act.tx), [row.profile_sealed]);
  const profile = JSON.parse(keys.openText(profilePlace(row.id), row.profile_sealed)) as Profile;
  return showContact(act.actor, row, profile, from);
}

/** What an actor sees of a contact; the number is masked for those who may not read it, or not of this chat. */
export function showContact(
  actor: Actor,
  row: ContactFacts,
  profile: Profile,
  { open, listed }: { readonly open: boolean; readonly listed?: true },
): ContactView {
  // In a list nothing has been opened yet, so nobody's number is shown to whoever sees it in an open chat only.
  const clear = open && may(actor, listed ? "contact.list_phone" : "contact.read_phone");
  return {
    id: row.id,
    name: profile.ownName ?? profile.name ?? profile.username ?? (clear ? displayName(profile) : ""),
    username: profile.username,
    phone: profile.phone === null ? null : clear ? `+${profile.phone}` : maskPhone(profile.phone),
    identity: row.identity,
    identitySince: row.identity_since?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
