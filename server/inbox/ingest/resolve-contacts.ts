import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, WorkspaceVault } from "../../vault/vault.ts";
import type { Party } from "../../whatsapp/inbound/update.ts";
import { identifierMac, identifierPlace, isGenuineIdentifier } from "../contact-identifier.ts";
import { ForgedRow } from "../forged-row.ts";
import { type Profile, profilePlace } from "../profile.ts";
import type { InboxTables } from "../tables.ts";
import { decideContact } from "./decide-contact.ts";
import { RaceLost } from "./race-lost.ts";

type IdentifierKind = "user_id" | "parent_user_id" | "wa_id";

/** A party, and for a notice of change what the same person is called from now on. */
export interface PartySighting {
  readonly party: Party;
  readonly becomes?: Party;
  /** WhatsApp itself says that it may be somebody else behind the number now. */
  readonly uncertain?: true;
}

interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly hash: Buffer;
}

interface StoredIdentifier {
  readonly kind: IdentifierKind;
  readonly hash: Buffer;
  readonly contact_id: string;
  readonly current: boolean;
  readonly mac: Buffer;
  readonly has_user_id: boolean;
}

interface ContactChange {
  isNew: boolean;
  uncertain: boolean;
  seen: Party;
}

/**
 * Finds or makes the contact of every sighting, in order, and brings identifiers and profiles up to date.
 * Returns one contact id per sighting. Throws RaceLost when another transaction met the same stranger first: the
 * caller rolls back and starts its batch again, and then finds them.
 */
export async function resolveContacts(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  sightings: readonly PartySighting[],
): Promise<string[]> {
  if (sightings.length === 0) return [];
  const directory = await loadDirectory(tx, vault, sightings);
  const ids = sightings.map((sighting) => directory.place(sighting));
  await writeContacts(tx, vault, now, directory);
  return ids;
}

class Directory {
  readonly contactByKey = new Map<string, string>();
  readonly hasUserId = new Set<string>();
  readonly added = new Map<string, { identifier: Identifier; contactId: string }>();
  readonly moved = new Map<string, { identifier: Identifier; contactId: string }>();
  readonly changes = new Map<string, ContactChange>();
  /** Stored identifiers that are somebody's past. */
  readonly past = new Set<string>();
  /** Those that this batch sends to the past, and those that it brings back. */
  readonly turned = new Map<string, Identifier>();
  /** MACs of the stored ones as they were read: what has another one since, somebody else has changed. */
  readonly read = new Map<string, Buffer>();
  readonly #vault: WorkspaceVault;

  constructor(vault: WorkspaceVault) {
    this.#vault = vault;
  }

  /** Refuses with `inbox.forged_row` what the program did not write: it would place a message in a stranger's thread. */
  know(row: StoredIdentifier): void {
    if (!isGenuineIdentifier(this.#vault, row))
      throw new ForgedRow("inbox_contact_identifier", row.contact_id);
    const key = keyOf(row.kind, row.hash);
    this.read.set(key, row.mac);
    this.contactByKey.set(key, row.contact_id);
    if (row.has_user_id) this.hasUserId.add(row.contact_id);
    if (!row.current) this.past.add(key);
  }

  identifiersOf(party: Party): Identifier[] {
    const pairs: Array<[IdentifierKind, string | null]> = [
      ["user_id", party.userId],
      ["wa_id", party.waId],
      ["parent_user_id", party.parentUserId],
    ];
    return pairs.flatMap(([kind, value]) =>
      value === null ? [] : [{ kind, value, hash: this.#vault.hash(kind, value) }],
    );
  }

  /** Whether a sighting may change a profile: recipients of echoes come without a name, and then only a new number does. */
  tellsSomething(contactId: string, seen: Party): boolean {
    if (seen.name !== null || seen.username !== null || seen.identityKeyHash !== null) return true;
    return [...this.added.values(), ...this.moved.values()].some((placed) => placed.contactId === contactId);
  }

  place({ party, becomes, uncertain }: PartySighting): string {
    const contactId = this.#decide(party);
    if (uncertain === true) this.#note(contactId, party, true);
    if (becomes !== undefined) {
      const now = this.identifiersOf(becomes);
      for (const identifier of this.identifiersOf(party)) {
        if (now.some(({ kind }) => kind === identifier.kind)) this.#turn(identifier, false);
      }
      for (const identifier of now) this.#attach(identifier, contactId);
      this.#note(contactId, becomes, true);
    }
    return contactId;
  }

  #decide(party: Party): string {
    const [userId, waId] = [this.#find("user_id", party.userId), this.#find("wa_id", party.waId)];
    const verdict = decideContact(party, {
      byUserId: userId,
      byWaId: waId === undefined ? undefined : { contactId: waId, hasUserId: this.hasUserId.has(waId) },
    });
    const contactId = verdict.kind === "new" ? newId<string>() : verdict.contactId;
    if (verdict.kind === "new")
      this.changes.set(contactId, { isNew: true, uncertain: verdict.uncertain, seen: party });
    else this.#note(contactId, party, verdict.uncertain);
    for (const identifier of this.identifiersOf(party)) this.#attach(identifier, contactId);
    return contactId;
  }

  #note(contactId: string, party: Party, uncertain: boolean): void {
    const change = this.changes.get(contactId);
    if (change === undefined) this.changes.set(contactId, { isNew: false, uncertain, seen: party });
    else {
      change.seen = mergeSeen(change.seen, party);
      change.uncertain ||= uncertain;
    }
  }

  /** Who writes under an identifier, or changes to it, has it now; who changed away from it has it no more. */
  #turn(identifier: Identifier, current: boolean): void {
    const key = keyOf(identifier.kind, identifier.hash);
    if (current === !this.past.has(key)) return;
    if (current) this.past.delete(key);
    else this.past.add(key);
    this.turned.set(key, identifier);
  }

  #attach(identifier: Identifier, contactId: string): void {
    const key = keyOf(identifier.kind, identifier.hash);
    this.#turn(identifier, true);
    const holder = this.contactByKey.get(key);
    if (identifier.kind === "user_id") this.hasUserId.add(contactId);
    if (holder === contactId) return;
    this.contactByKey.set(key, contactId);
    if (holder === undefined) this.added.set(key, { identifier, contactId });
    else if (this.added.has(key)) this.added.set(key, { identifier, contactId });
    else this.moved.set(key, { identifier, contactId });
  }

  /** An identifier as this batch leaves it. */
  leaves({ kind, hash }: Identifier): { readonly current: boolean; readonly mac: Buffer } {
    const key = keyOf(kind, hash);
    const row = { kind, hash, contact_id: this.contactByKey.get(key) ?? "", current: !this.past.has(key) };
    return { current: row.current, mac: identifierMac(this.#vault, row) };
  }

  #find(kind: IdentifierKind, value: string | null): string | undefined {
    return value === null ? undefined : this.contactByKey.get(keyOf(kind, this.#vault.hash(kind, value)));
  }
}

function keyOf(kind: IdentifierKind, hash: Buffer): string {
  return `${kind}:${hash.toString("base64")}`;
}

/** The newer sighting wins; what it does not tell stays. */
function mergeSeen(older: Party, newer: Party): Party {
  return {
    userId: newer.userId ?? older.userId,
    parentUserId: newer.parentUserId ?? older.parentUserId,
    waId: newer.waId ?? older.waId,
    name: newer.name ?? older.name,
    username: newer.username ?? older.username,
    identityKeyHash: newer.identityKeyHash ?? older.identityKeyHash,
  };
}

async function loadDirectory(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  sightings: readonly PartySighting[],
): Promise<Directory> {
  const directory = new Directory(vault);
  const wanted = new Map<string, Identifier>();
  for (const { party, becomes } of sightings) {
    for (const identifier of [
      ...directory.identifiersOf(party),
      ...(becomes ? directory.identifiersOf(becomes) : []),
    ]) {
      wanted.set(keyOf(identifier.kind, identifier.hash), identifier);
    }
  }
  const identifiers = [...wanted.values()];
  const { rows } = await sql<StoredIdentifier>`
    select i.kind, i.hash, i.contact_id, i.current, i.mac,
           exists (select 1 from inbox_contact_identifier u
                   where u.workspace_id = i.workspace_id and u.contact_id = i.contact_id and u.kind = 'user_id') as has_user_id
    from unnest(${identifiers.map((i) => i.kind)}::text[], ${identifiers.map((i) => i.hash)}::bytea[]) as wanted (kind, hash)
    join inbox_contact_identifier i on i.workspace_id = ${vault.workspaceId} and i.kind = wanted.kind and i.hash = wanted.hash
  `.execute(tx);
  for (const row of rows) directory.know(row);
  return directory;
}

async function writeContacts(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  directory: Directory,
): Promise<void> {
  const changed = await changedContacts(tx, vault, directory);
  const identifiers = [...directory.added.values(), ...directory.moved.values()];
  const subjects = new Set([
    ...changed.map((change) => change.contactId),
    ...identifiers.map((i) => i.contactId),
  ]);
  const subjectOf = (contactId: string): KeySubject => ({
    subjectId: contactId,
    keyClass: "profile",
    at: now,
  });
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [...subjects].map(subjectOf));

  const sealIdentifier = ({ identifier, contactId }: { identifier: Identifier; contactId: string }) => {
    return keys.seal(subjectOf(contactId), identifierPlace(contactId, identifier), identifier.value);
  };
  await insertIdentifiers(tx, vault, now, directory, sealIdentifier);
  for (const placed of directory.moved.values()) {
    const change = { contact_id: placed.contactId, value_sealed: sealIdentifier(placed) };
    await changeIdentifier(tx, vault, directory, placed.identifier, change);
  }
  // What people are called no longer, so that nothing is sent there, and what they are called again.
  for (const [key, identifier] of directory.turned) {
    if (directory.added.has(key) || directory.moved.has(key)) continue;
    await changeIdentifier(tx, vault, directory, identifier, {});
  }
  await writeProfiles(tx, vault, now, changed, (contactId, profile) =>
    keys.seal(subjectOf(contactId), profilePlace(contactId), JSON.stringify(profile)),
  );
}

type Placed = { identifier: Identifier; contactId: string };

async function insertIdentifiers(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  directory: Directory,
  seal: (placed: Placed) => Buffer,
): Promise<void> {
  const added = [...directory.added.values()];
  if (added.length === 0) return;
  // In one order everywhere, so that two batches that meet the same strangers wait for each other instead of locking up.
  const rows = [...added].sort((a, b) => Buffer.compare(a.identifier.hash, b.identifier.hash));
  const left = rows.map(({ identifier }) => directory.leaves(identifier));
  const { rows: inserted } = await sql<{ hash: Buffer }>`
    insert into inbox_contact_identifier (workspace_id, kind, hash, contact_id, value_sealed, current, mac, created_at)
    select ${vault.workspaceId}, kind, hash, contact_id, value_sealed, current, mac, ${now}
    from unnest(${rows.map((r) => r.identifier.kind)}::text[], ${rows.map((r) => r.identifier.hash)}::bytea[],
                ${rows.map((r) => r.contactId)}::uuid[], ${rows.map(seal)}::bytea[],
                ${left.map((l) => l.current)}::boolean[], ${left.map((l) => l.mac)}::bytea[])
         as new (kind, hash, contact_id, value_sealed, current, mac)
    on conflict do nothing returning hash
  `.execute(tx);
  if (inserted.length < rows.length) throw new RaceLost("contact identifier");
}

/** Throws RaceLost when somebody else has changed the row since it was read: the MAC would be of what it was. */
async function changeIdentifier(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  directory: Directory,
  identifier: Identifier,
  change: { readonly contact_id?: string; readonly value_sealed?: Buffer },
): Promise<void> {
  const read = directory.read.get(keyOf(identifier.kind, identifier.hash));
  if (read === undefined) throw new Error("an identifier that was not read is changed");
  const { numUpdatedRows } = await tx
    .updateTable("inbox_contact_identifier")
    .set({ ...change, ...directory.leaves(identifier) })
    .where("workspace_id", "=", vault.workspaceId)
    .where("kind", "=", identifier.kind)
    .where("hash", "=", identifier.hash)
    .where("mac", "=", read)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new RaceLost("contact identifier");
}

interface ChangedContact extends ContactChange {
  readonly contactId: string;
  readonly profile: Profile;
  readonly profileHash: Buffer;
}

/** The contacts whose profile is new or differs from what is stored; the others cost one hash and no key. */
async function changedContacts(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  directory: Directory,
): Promise<ChangedContact[]> {
  const entries = [...directory.changes]
    .filter(
      ([contactId, change]) =>
        change.isNew || change.uncertain || directory.tellsSomething(contactId, change.seen),
    )
    .map(([contactId, change]) => ({
      contactId,
      change,
      profileHash: vault.hash(
        "profile",
        JSON.stringify([
          change.seen.name,
          change.seen.username,
          change.seen.waId,
          change.seen.identityKeyHash,
        ]),
      ),
    }));
  if (entries.length === 0) return [];
  const stored = await tx
    .selectFrom("inbox_contact")
    .select(["id", "profile_hash", "profile_sealed"])
    .where("workspace_id", "=", vault.workspaceId)
    .where(
      "id",
      "in",
      entries.map((entry) => entry.contactId),
    )
    // Held from here on: somebody may be giving the contact a name of ours, and we write the whole profile.
    .orderBy("id")
    .forNoKeyUpdate()
    .execute();
  const byId = new Map(stored.map((row) => [row.id, row]));
  const differing = entries.filter(({ contactId, change, profileHash }) => {
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

function mergeProfile(old: Profile | undefined, seen: Party): Profile {
  return {
    name: seen.name ?? old?.name ?? null,
    ownName: old?.ownName ?? null,
    username: seen.username ?? old?.username ?? null,
    phone: seen.waId ?? old?.phone ?? null,
    identityKeyHash: seen.identityKeyHash ?? old?.identityKeyHash ?? null,
  };
}

async function writeProfiles(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  changed: readonly ChangedContact[],
  seal: (contactId: string, profile: Profile) => Buffer,
): Promise<void> {
  if (changed.length === 0) return;
  const rows = [...changed].sort((a, b) => (a.contactId < b.contactId ? -1 : 1));
  await sql`
    insert into inbox_contact (workspace_id, id, profile_sealed, profile_hash, identity, identity_since, created_at)
    select ${vault.workspaceId}, id, profile_sealed, profile_hash,
           case when uncertain then 'uncertain' else 'known' end, case when uncertain then ${now}::timestamptz end, ${now}
    from unnest(${rows.map((r) => r.contactId)}::uuid[], ${rows.map((r) => seal(r.contactId, r.profile))}::bytea[],
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
