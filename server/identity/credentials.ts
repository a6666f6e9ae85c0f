import { narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, newId } from "../platform/ids.ts";
import { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { PersonId } from "./actor.ts";
import type { Factor } from "./enrolment.ts";
import { ForgedRow } from "./forged-row.ts";
import { foldCode } from "./random-code.ts";
import type { CredentialKind, IdentityTables } from "./tables.ts";

/** One thing a person proves themselves with, its MAC checked. */
export interface Credential {
  readonly id: string;
  readonly personId: PersonId;
  readonly kind: CredentialKind;
  readonly secret: Buffer;
  readonly lastStep: bigint | null;
  readonly usedAt: Date | null;
  readonly createdAt: Date;
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
  const rows = await tx
    .selectFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where("kind", "=", kind)
    .select(["id", "kind", "secret", "last_step", "used_at", "created_at", "mac"])
    .orderBy("id")
    .forUpdate()
    .execute();
  return rows.map((row) => {
    const credential: Credential = {
      id: row.id,
      personId,
      kind: row.kind,
      secret: row.secret,
      lastStep: row.last_step === null ? null : BigInt(row.last_step),
      usedAt: row.used_at,
      createdAt: row.created_at,
    };
    if (!installation.isMac(LABEL, macFields(credential), row.mac))
      throw new ForgedRow("identity_credential", row.id);
    return credential;
  });
}

export async function insertPassword(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly phc: string; readonly now: Date },
): Promise<void> {
  await insert(tx, installation, [
    newCredential(given.personId, "password", Buffer.from(given.phc), given.now),
  ]);
}

/** The authenticator's secret, sealed, and the recovery codes, hashed. */
export async function insertFactor(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly factor: Factor; readonly now: Date },
): Promise<void> {
  const { personId, factor, now } = given;
  const subject = { subjectId: personId, keyClass: "member", at: now } as const;
  const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
  const draft = newCredential(personId, "totp", Buffer.alloc(0), now);
  const secret = keys.seal(subject, totpPlace(draft.id), factor.totpSecret.reveal());
  await insert(tx, installation, [{ ...draft, secret, lastStep: factor.lastStep }]);
  await insertRecoveryCodes(tx, installation, { personId, codes: factor.recoveryCodes, now });
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
  await insert(tx, installation, rows);
}

/** Writes what changed about a credential, and its MAC. */
export async function updateCredential(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  credential: Credential,
): Promise<void> {
  await tx
    .updateTable("identity_credential")
    .set({
      secret: credential.secret,
      last_step: credential.lastStep,
      used_at: credential.usedAt,
      mac: installation.mac(LABEL, macFields(credential)),
    })
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", credential.id)
    .executeTakeFirstOrThrow();
}

export async function deleteRecoveryCodes(tx: Tx<IdentityTables>, personId: PersonId): Promise<void> {
  await tx
    .deleteFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where("kind", "=", "recovery_code")
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

const LABEL = "identity_credential";

function macFields(row: Credential): Array<string | bigint | Buffer | Date | null> {
  return [row.id, row.personId, row.kind, row.secret, row.lastStep, row.usedAt, row.createdAt];
}

function newCredential(personId: PersonId, kind: CredentialKind, secret: Buffer, now: Date): Credential {
  return { id: newId<string>(), personId, kind, secret, lastStep: null, usedAt: null, createdAt: now };
}

async function insert(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  credentials: readonly Credential[],
): Promise<void> {
  const rows = credentials.map((credential) => ({
    workspace_id: INSTALLATION,
    id: credential.id,
    person_id: credential.personId,
    kind: credential.kind,
    secret: credential.secret,
    last_step: credential.lastStep,
    used_at: credential.usedAt,
    created_at: credential.createdAt,
    mac: installation.mac(LABEL, macFields(credential)),
  }));
  await tx.insertInto("identity_credential").values(rows).execute();
}

function totpPlace(rowId: string) {
  return { table: "identity_credential", column: "secret", rowId };
}
