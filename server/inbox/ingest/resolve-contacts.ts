import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, SealingKeys, WorkspaceVault } from "../../vault/vault.ts";
import { identifierPlace } from "../contact-identifier.ts";
import { profilePlace } from "../profile.ts";
import type { InboxTables } from "../tables.ts";
import {
  type ContactDirectory,
  type Identifier,
  keyOf,
  loadDirectory,
  type PartySighting,
  type Placed,
} from "./contact-directory.ts";
import { type ChangedContact, findCandidates, readChanges, writeProfiles } from "./contact-profiles.ts";
import { RaceLost } from "./race-lost.ts";

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
  const directory = await loadDirectory(tx, vault, sightings);
  const ids = sightings.map((sighting) => directory.place(sighting));
  const candidates = findCandidates(vault, directory);
  const keys = await vault.keysFor(narrow<VaultTables>(tx), listSubjects(directory, candidates, now));
  const changed = await readChanges(tx, vault, candidates);
  await writeContacts(tx, vault, now, { directory, changed, keys });
  return ids;
}

/** Whose profile keys `writeContacts` may need. */
export function listSubjects(
  directory: ContactDirectory,
  candidates: ReadonlyArray<{ readonly contactId: string }>,
  now: Date,
): KeySubject[] {
  const placed = [...directory.added.values(), ...directory.moved.values()];
  const contactIds = new Set([...candidates, ...placed].map(({ contactId }) => contactId));
  return [...contactIds].map((contactId) => profileSubject(contactId, now));
}

function profileSubject(contactId: string, now: Date): KeySubject {
  return { subjectId: contactId, keyClass: "profile", at: now };
}

export interface ContactWrites {
  readonly directory: ContactDirectory;
  readonly changed: readonly ChangedContact[];
  readonly keys: SealingKeys;
}

/** Writes what placing the sightings has changed. Nothing here waits for a row that it does not have. */
export async function writeContacts(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  { directory, changed, keys }: ContactWrites,
): Promise<void> {
  const sealIdentifier = ({ identifier, contactId }: Placed) =>
    keys.seal(profileSubject(contactId, now), identifierPlace(contactId, identifier), identifier.value);
  const sealProfile = ({ contactId, profile }: ChangedContact) =>
    keys.seal(profileSubject(contactId, now), profilePlace(contactId), JSON.stringify(profile));

  await Promise.all([
    writeProfiles(tx, vault, now, changed, sealProfile),
    insertIdentifiers(tx, vault, now, directory, sealIdentifier),
    ...[...directory.moved.values()].map((placed) =>
      changeIdentifier(tx, vault, directory, placed.identifier, {
        contact_id: placed.contactId,
        value_sealed: sealIdentifier(placed),
      }),
    ),
    // What people are called no longer, so that nothing is sent there, and what they are called again.
    ...[...directory.turned]
      .filter(([key]) => !directory.added.has(key) && !directory.moved.has(key))
      .map(([, identifier]) => changeIdentifier(tx, vault, directory, identifier, {})),
  ]);
}

async function insertIdentifiers(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  directory: ContactDirectory,
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
  directory: ContactDirectory,
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
