import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { OpeningKeys, WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import {
  type Credential,
  insertCredentials,
  listCredentials,
  newCredential,
  updateCredential,
} from "../credentials.ts";
import type { IdentityTables } from "../tables.ts";

/** What an authenticator told us of a passkey when it was made, and what its person calls it. */
export interface Passkey {
  /** The authenticator's name for it, base64url. */
  readonly handle: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  readonly transports: readonly string[];
  /** Whether a copy lies with its maker: then it outlives the device. */
  readonly backedUp: boolean;
  readonly name: string;
}

/** A passkey that was proved to be its person's, not stored yet. */
export interface NewPasskey extends Passkey {
  readonly counter: number;
}

/** By which a passkey is found without its handle being readable: it would tell one person's accounts apart. */
export function hashHandle(installation: WorkspaceVault, handle: string): Buffer {
  return installation.hash("passkey", handle);
}

/** `tx` must be scoped to the installation, here and below. */
export async function insertPasskey(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly passkey: NewPasskey; readonly now: Date },
): Promise<Credential> {
  const { personId, passkey, now } = given;
  const { counter, ...kept } = passkey;
  const draft = newCredential(personId, "passkey", Buffer.alloc(0), now);
  const credential: Credential = {
    ...draft,
    secret: await seal(tx, installation, draft, kept),
    lastStep: BigInt(counter),
    handleHash: hashHandle(installation, kept.handle),
  };
  await insertCredentials(tx, installation, [credential]);
  return credential;
}

export async function renamePasskey(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  credential: Credential,
  name: string,
): Promise<void> {
  const passkey = { ...(await openPasskey(tx, installation, credential)), name };
  const secret = await seal(tx, installation, credential, passkey);
  await updateCredential(tx, installation, { ...credential, secret });
}

export async function openPasskey(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  credential: Credential,
): Promise<Passkey> {
  return openWith(await installation.keysOf(narrow<VaultTables>(tx), [credential.secret]), credential);
}

export interface StoredPasskey {
  readonly credential: Credential;
  readonly passkey: Passkey;
}

/** Oldest first. Throws ForgedRow. */
export async function listPasskeys(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
): Promise<StoredPasskey[]> {
  const credentials = await listCredentials(tx, installation, personId, ["passkey"]);
  const sealed = credentials.map(({ secret }) => secret);
  const keys = await installation.keysOf(narrow<VaultTables>(tx), sealed);
  return credentials.map((credential) => ({ credential, passkey: openWith(keys, credential) }));
}

async function seal(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { id, personId, createdAt }: Credential,
  passkey: Passkey,
): Promise<Buffer> {
  const subject = { subjectId: personId, keyClass: "member", at: createdAt } as const;
  const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
  return keys.seal(subject, placeOf(id), JSON.stringify(passkey));
}

function openWith(keys: OpeningKeys, { id, secret }: Credential): Passkey {
  return JSON.parse(keys.openText(placeOf(id), secret)) as Passkey;
}

function placeOf(rowId: string) {
  return { table: "identity_credential", column: "secret", rowId };
}
