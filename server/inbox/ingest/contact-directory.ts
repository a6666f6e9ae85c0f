import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { Party } from "../../whatsapp/inbound/update.ts";
import { identifierMac, isGenuineIdentifier } from "../contact-identifier.ts";
import { ForgedRow } from "../forged-row.ts";
import type { InboxTables } from "../tables.ts";
import { decideContact } from "./decide-contact.ts";

type IdentifierKind = "user_id" | "parent_user_id" | "wa_id";

/** A party, and for a notice of change what the same person is called from now on. */
export interface PartySighting {
  readonly party: Party;
  readonly becomes?: Party;
  /** WhatsApp itself says that it may be somebody else behind the number now. */
  readonly uncertain?: true;
}

/** What a person is known by: `hash` is the keyed one that stands in the table. */
export interface Identifier {
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
  readonly profile_hash: Buffer;
}

/** An identifier and whose it becomes. */
export interface Placed {
  readonly identifier: Identifier;
  readonly contactId: string;
}

/** What a batch tells of one contact. */
export interface ContactChange {
  isNew: boolean;
  uncertain: boolean;
  seen: Party;
}

/** Who is who in one batch: what is stored of the people it names, and how placing them in order changes that. */
export class ContactDirectory {
  readonly contactByKey = new Map<string, string>();
  readonly hasUserId = new Set<string>();
  readonly added = new Map<string, Placed>();
  readonly moved = new Map<string, Placed>();
  readonly changes = new Map<string, ContactChange>();
  /** Stored identifiers that are somebody's past. */
  readonly past = new Set<string>();
  /** Those that this batch sends to the past, and those that it brings back. */
  readonly turned = new Map<string, Identifier>();
  /** MACs of the stored ones as they were read: what has another one since, somebody else has changed. */
  readonly read = new Map<string, Buffer>();
  /** What the profiles of those who are known came of, as read: whoever is seen just so again needs no lock. */
  readonly profileHashes = new Map<string, Buffer>();
  readonly #vault: WorkspaceVault;
  /** Keyed hashes by "kind:value": each is asked for several times. */
  readonly #hashes = new Map<string, Buffer>();

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
    this.profileHashes.set(row.contact_id, row.profile_hash);
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
      value === null ? [] : [{ kind, value, hash: this.#hash(kind, value) }],
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
    return value === null ? undefined : this.contactByKey.get(keyOf(kind, this.#hash(kind, value)));
  }

  #hash(kind: IdentifierKind, value: string): Buffer {
    const name = `${kind}:${value}`;
    const known = this.#hashes.get(name);
    if (known !== undefined) return known;
    const hash = this.#vault.hash(kind, value);
    this.#hashes.set(name, hash);
    return hash;
  }
}

export function keyOf(kind: IdentifierKind, hash: Buffer): string {
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

/** Reads what is stored of everybody whom the sightings name. */
export async function loadDirectory(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  sightings: readonly PartySighting[],
): Promise<ContactDirectory> {
  const directory = new ContactDirectory(vault);
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
  // One look by index for each (offset 0 keeps it one): a plan made while there were few would read all of them each time.
  const { rows } = await sql<StoredIdentifier>`
    select known.*
    from unnest(${identifiers.map((i) => i.kind)}::text[], ${identifiers.map((i) => i.hash)}::bytea[]) as wanted (kind, hash)
    cross join lateral (
      select i.kind, i.hash, i.contact_id, i.current, i.mac, c.profile_hash,
             exists (select 1 from inbox_contact_identifier u
                     where u.workspace_id = i.workspace_id and u.contact_id = i.contact_id and u.kind = 'user_id') as has_user_id
      from inbox_contact_identifier i
      join inbox_contact c on c.workspace_id = i.workspace_id and c.id = i.contact_id
      where i.workspace_id = ${vault.workspaceId} and i.kind = wanted.kind and i.hash = wanted.hash
      offset 0
    ) known
  `.execute(tx);
  for (const row of rows) directory.know(row);
  return directory;
}
