import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { Party } from "../../whatsapp/inbound/update.ts";
import { type Profile, profilePlace } from "../profile.ts";
import type { InboxTables } from "../tables.ts";
import type { ContactChange, ContactDirectory } from "./contact-directory.ts";

export interface ChangedContact extends ContactChange {
  readonly contactId: string;
  readonly profile: Profile;
  readonly profileHash: Buffer;
}

/** Somebody whose profile may be new or other than what is stored. */
export interface Candidate {
  readonly contactId: string;
  readonly change: ContactChange;
  readonly profileHash: Buffer;
}

/** Whose profile has to be looked at under the lock. Most people are as they were: they cost one hash and no key. */
export function findCandidates(vault: WorkspaceVault, directory: ContactDirectory): Candidate[] {
  return [...directory.changes].flatMap(([contactId, change]) => {
    if (!change.isNew && !change.uncertain && !directory.tellsSomething(contactId, change.seen)) return [];
    const { name, username, waId, identityKeyHash } = change.seen;
    const profileHash = vault.hash("profile", JSON.stringify([name, username, waId, identityKeyHash]));
    const isKnown = directory.profileHashes.get(contactId)?.equals(profileHash) === true;
    return isKnown && !change.uncertain ? [] : [{ contactId, change, profileHash }];
  });
}

/** Those of them whose profile is new or differs from what is stored, with what it becomes. */
export async function readChanges(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  candidates: readonly Candidate[],
): Promise<ChangedContact[]> {
  const known = candidates.flatMap(({ contactId, change }) => (change.isNew ? [] : contactId));
  const byId = await holdProfiles(tx, vault, known);
  const differing = candidates.filter(({ contactId, change, profileHash }) => {
    const row = byId.get(contactId);
    return row === undefined || change.uncertain || !row.profile_hash.equals(profileHash);
  });
  const opening = await vault.keysOf(
    narrow<VaultTables>(tx),
    differing.flatMap(({ contactId }) => byId.get(contactId)?.profile_sealed ?? []),
  );
  return differing.map(({ contactId, change, profileHash }) => {
    const sealed = byId.get(contactId)?.profile_sealed;
    const old =
      sealed === undefined
        ? undefined
        : (JSON.parse(opening.openText(profilePlace(contactId), sealed)) as Profile);
    const profile = mergeProfile(old, change.seen);
    const keyChanged = old?.identityKeyHash != null && old.identityKeyHash !== profile.identityKeyHash;
    return { ...change, uncertain: change.uncertain || keyChanged, contactId, profile, profileHash };
  });
}

interface StoredProfile {
  readonly id: string;
  readonly profile_hash: Buffer;
  readonly profile_sealed: Buffer;
}

/** Held from here on: somebody may be giving the contact a name of ours, and we write the whole profile. */
async function holdProfiles(
  tx: Tx<InboxTables>,
  { workspaceId }: WorkspaceVault,
  ids: readonly string[],
): Promise<Map<string, StoredProfile>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<StoredProfile>`
    select id, profile_hash, profile_sealed from inbox_contact
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
    order by id for no key update`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

function mergeProfile(old: Profile | undefined, seen: Party): Profile {
  return {
    name: seen.name ?? old?.name ?? null,
    ownName: old?.ownName ?? null,
    username: seen.username ?? old?.username ?? null,
    phone: seen.waId ?? old?.phone ?? null,
    identityKeyHash: seen.identityKeyHash ?? old?.identityKeyHash ?? null,
  };
}

/** Writes new contacts and changed profiles, in the order of their ids. */
export async function writeProfiles(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  changed: readonly ChangedContact[],
  seal: (contact: ChangedContact) => Buffer,
): Promise<void> {
  if (changed.length === 0) return;
  const rows = [...changed].sort((a, b) => (a.contactId < b.contactId ? -1 : 1));
  await sql`
    insert into inbox_contact (workspace_id, id, profile_sealed, profile_hash, identity, identity_since, created_at)
    select ${vault.workspaceId}, id, profile_sealed, profile_hash,
           case when uncertain then 'uncertain' else 'known' end, case when uncertain then ${now}::timestamptz end, ${now}
    from unnest(${rows.map((r) => r.contactId)}::uuid[], ${rows.map(seal)}::bytea[],
                ${rows.map((r) => r.profileHash)}::bytea[], ${rows.map((r) => r.uncertain)}::boolean[])
         as new (id, profile_sealed, profile_hash, uncertain)
    on conflict (workspace_id, id) do update
      set profile_sealed = excluded.profile_sealed,
          profile_hash = excluded.profile_hash,
          identity = case when excluded.identity = 'uncertain' then 'uncertain' else inbox_contact.identity end,
          identity_since = case when excluded.identity = 'uncertain' and inbox_contact.identity = 'known'
                                then excluded.identity_since else inbox_contact.identity_since end,
          version = inbox_contact.version + 1
  `.execute(tx);
}
