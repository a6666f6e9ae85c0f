import type { Selectable } from "kysely";
import { narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, newId } from "../platform/ids.ts";
import { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { MacField, WorkspaceVault } from "../vault/vault.ts";
import type { PersonId } from "./actor.ts";
import { ForgedRow } from "./forged-row.ts";
import { foldCode } from "./random-code.ts";
import type { CredentialKind, IdentityTables } from "./tables.ts";

/** One thing a person proves themselves with, its MAC checked. */
export interface Credential {
  readonly id: string;
  readonly personId: PersonId;
  readonly kind: CredentialKind;
  readonly secret: Buffer;
  /**
   * totp: the last step accepted. passkey: its signature counter. enrolment_leave: until when it holds, in ms. password:
   * since when a new one is asked for, in ms.
   */
  readonly lastStep: bigint | null;
  /** recovery_code: when it was spent. totp, passkey: when it was used last. */
  readonly usedAt: Date | null;
  readonly createdAt: Date;
  /** Of a passkey: by which it is found at a sign-in. */
  readonly handleHash: Buffer | null;
  /** Rises with every change. 0: written by a program that knew no versions. */
  readonly version: number;
}

/**
 * A person's credentials of one kind, oldest first, locked until the transaction ends: two sign-ins with one code
 * take turns. Everything here needs a transaction scoped to the installation. Throws ForgedRow.
 */
export async function lockCredentials(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
  kind: CredentialKind,
): Promise<Credential[]> {
  const rows = await ofPerson(tx, personId, [kind]).forUpdate().execute();
  return rows.map((row) => credentialOf(installation, row));
}

/** Those of some kinds, oldest first, to look at. Throws ForgedRow. */
export async function listCredentials(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
  kinds: readonly CredentialKind[],
): Promise<Credential[]> {
  const rows = await ofPerson(tx, personId, kinds).execute();
  return rows.map((row) => credentialOf(installation, row));
}

/** Whose passkey this is, locked until the transaction ends. Throws ForgedRow. */
export async function lockPasskey(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  handleHash: Buffer,
): Promise<Credential | undefined> {
  const row = await tx
    .selectFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("handle_hash", "=", handleHash)
    .where("kind", "=", "passkey")
    .select(COLUMNS)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : credentialOf(installation, row);
}

const TABLE = "identity_credential";

const COLUMNS = [
  "id",
  "person_id",
  "kind",
  "secret",
  "last_step",
  "used_at",
  "created_at",
  "handle_hash",
  "version",
  "mac",
] as const;

type Row = Pick<Selectable<IdentityTables["identity_credential"]>, (typeof COLUMNS)[number]>;

function ofPerson(tx: Tx<IdentityTables>, personId: PersonId, kinds: readonly CredentialKind[]) {
  return tx
    .selectFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where("kind", "in", kinds)
    .select(COLUMNS)
    .orderBy("id");
}

function credentialOf(installation: WorkspaceVault, row: Row): Credential {
  const credential: Credential = {
    id: row.id,
    personId: row.person_id as PersonId,
    kind: row.kind,
    secret: row.secret,
    lastStep: row.last_step === null ? null : BigInt(row.last_step),
    usedAt: row.used_at,
    createdAt: row.created_at,
    handleHash: row.handle_hash,
    version: Number(row.version),
  };
  const { label, fields } = macOf(credential);
  const isOurs = installation.isMac(label, fields, row.mac) && installation.isNewest(TABLE, credential);
  if (!isOurs) throw new ForgedRow(TABLE, row.id);
  return credential;
}

export async function insertPassword(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly phc: string; readonly now: Date },
): Promise<void> {
  await insertCredentials(tx, installation, [
    newCredential(given.personId, "password", Buffer.from(given.phc), given.now),
  ]);
}

/** The secret of an authenticator app, sealed. */
export async function insertTotp(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: {
    readonly personId: PersonId;
    readonly secret: Secret<string>;
    readonly lastStep: bigint | null;
    readonly now: Date;
  },
): Promise<Credential> {
  const { personId, lastStep, now } = given;
  const subject = { subjectId: personId, keyClass: "member", at: now } as const;
  const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
  const draft = newCredential(personId, "totp", Buffer.alloc(0), now);
  const secret = keys.seal(subject, totpPlace(draft.id), given.secret.reveal());
  const credential = { ...draft, secret, lastStep };
  await insertCredentials(tx, installation, [credential]);
  return credential;
}

export async function insertRecoveryCodes(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly codes: Secret<string[]>; readonly now: Date },
): Promise<void> {
  const rows = given.codes
    .reveal()
    .map((code) => hashRecoveryCode(installation, given.personId, code))
    .map((hash) => newCredential(given.personId, "recovery_code", hash, given.now));
  await insertCredentials(tx, installation, rows);
}

/** Writes what changed about a credential, under its next version. */
export async function updateCredential(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  changed: Credential,
): Promise<void> {
  const credential = { ...changed, version: changed.version + 1 };
  const { label, fields } = macOf(credential);
  await tx
    .updateTable("identity_credential")
    .set({
      secret: credential.secret,
      last_step: credential.lastStep,
      used_at: credential.usedAt,
      version: BigInt(credential.version),
      mac: installation.mac(label, fields),
    })
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", credential.id)
    .executeTakeFirstOrThrow();
}

/** What is gone; see `forgetCredentials`. */
export type GoneCredential = Pick<Credential, "id" | "version">;

/** All of a person's of these kinds. */
export async function deleteCredentials(
  tx: Tx<IdentityTables>,
  personId: PersonId,
  kinds: readonly CredentialKind[],
): Promise<GoneCredential[]> {
  const rows = await tx
    .deleteFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where("kind", "in", kinds)
    .returning(["id", "version"])
    .execute();
  return rows.map(({ id, version }) => ({ id, version: Number(version) }));
}

/**
 * To be told after the commit that removed them: from then on this process takes a row that somebody puts back for what
 * it is, older than the last it knows.
 */
export function forgetCredentials(installation: WorkspaceVault, gone: readonly GoneCredential[]): void {
  for (const { id, version } of gone) installation.isNewest(TABLE, { id, version: version + 1 });
}

export async function deleteCredential(tx: Tx<IdentityTables>, { id }: Credential): Promise<void> {
  await tx
    .deleteFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", id)
    .execute();
}

/** The authenticator's secret of a credential read by lockCredentials. */
export async function openTotpSecret(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  credential: Credential,
): Promise<Secret<string>> {
  const keys = await installation.keysOf(narrow<VaultTables>(tx), [credential.secret]);
  return new Secret(keys.openText(totpPlace(credential.id), credential.secret));
}

export function hashRecoveryCode(installation: WorkspaceVault, personId: PersonId, code: string): Buffer {
  return installation.hash("recovery_code", `${personId}:${foldCode(code)}`);
}

/** A key for password hashes that the database does not hold. */
export function pepperOf(installation: WorkspaceVault, personId: PersonId): Buffer {
  return installation.hash("password", personId);
}

/** Version 0 has the fields of its time: nobody but us could have written its MAC then, and nobody can now. */
function macOf(row: Credential): { label: string; fields: MacField[] } {
  const { id, personId, kind, secret, lastStep, usedAt, createdAt, handleHash, version } = row;
  const fields = [id, personId, kind, secret, lastStep, usedAt, createdAt];
  if (version === 0 && handleHash === null) return { label: "identity_credential", fields };
  return { label: "identity_credential/versioned", fields: [...fields, handleHash, version] };
}

export function newCredential(
  personId: PersonId,
  kind: CredentialKind,
  secret: Buffer,
  now: Date,
): Credential {
  return {
    ...{ id: newId<string>(), personId, kind, secret, createdAt: now },
    ...{ lastStep: null, usedAt: null, handleHash: null, version: 1 },
  };
}

export async function insertCredentials(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  credentials: readonly Credential[],
): Promise<void> {
  const rows = credentials.map((credential) => {
    const { label, fields } = macOf(credential);
    return {
      workspace_id: INSTALLATION,
      id: credential.id,
      person_id: credential.personId,
      kind: credential.kind,
      secret: credential.secret,
      last_step: credential.lastStep,
      used_at: credential.usedAt,
      created_at: credential.createdAt,
      handle_hash: credential.handleHash,
      version: BigInt(credential.version),
      mac: installation.mac(label, fields),
    };
  });
  await tx.insertInto("identity_credential").values(rows).execute();
}

function totpPlace(rowId: string) {
  return { table: "identity_credential", column: "secret", rowId };
}
