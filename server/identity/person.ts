import { narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { PersonId } from "./actor.ts";
import { insertPassword, pepperOf } from "./credentials.ts";
import { foldEmail, hashEmail } from "./email.ts";
import type { Factor } from "./enrolment.ts";
import { insertFactor } from "./factor.ts";
import type { IdentityHandles } from "./handles.ts";
import type { IdentityTables, Language } from "./tables.ts";

/** Characters of a password at the least and at the most. The least: NIST SP 800-63B-4 asks for 8; ours is 12. */
const PASSWORD_LENGTH = { least: 12, most: 256 } as const;

export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly password: Secret<string>;
  readonly language: Language;
}

/**
 * The hash to store of a password that is long enough and hard to guess, also for who knows `about`: the e-mail, the
 * name, the workspace's name. Slow on purpose: never inside a transaction.
 */
export async function hashNewPassword(
  handles: Pick<IdentityHandles, "passwords" | "strength">,
  installation: WorkspaceVault,
  given: {
    readonly personId: PersonId;
    readonly password: Secret<string>;
    readonly about: readonly string[];
  },
): Promise<string> {
  const { personId, password, about } = given;
  const text = password.reveal().normalize("NFC");
  const length = [...text].length;
  if (length < PASSWORD_LENGTH.least) throw new Refusal("invalid", "identity.password_too_short");
  if (length > PASSWORD_LENGTH.most) throw new Refusal("invalid", "identity.password_too_long");
  await handles.strength.require(password, about);
  return handles.passwords.hash(text, pepperOf(installation, personId));
}

/** A person with login and credentials. `tx` must be scoped to the installation. Refuses an e-mail that has a login. */
export async function insertPerson(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: {
    readonly person: NewPerson;
    readonly personId: PersonId;
    readonly phc: string;
    readonly factor: Factor;
    readonly now: Date;
  },
): Promise<void> {
  const { person, personId, phc, factor, now } = given;
  await insertPersonOnly(tx, installation, { personId, email: person.email, language: person.language, now });
  await insertPassword(tx, installation, { personId, phc, now });
  await insertFactor(tx, installation, { personId, factor, now });
}

/**
 * A person with a login and nothing to prove themselves with yet: their company's account does, or what they enrol.
 * `tx` must be scoped to the installation. Refuses an e-mail that has a login.
 */
export async function insertPersonOnly(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: {
    readonly personId: PersonId;
    readonly email: string;
    readonly language: Language;
    readonly now: Date;
  },
): Promise<void> {
  const { personId, email, language, now } = given;
  const login = await tx
    .insertInto("identity_login")
    .values({ email_hash: hashEmail(installation, email), person_id: personId })
    .onConflict((conflict) => conflict.column("email_hash").doNothing())
    .returning("person_id")
    .executeTakeFirst();
  if (login === undefined) throw new Refusal("conflict", "identity.email_known");

  const subject = { subjectId: personId, keyClass: "member", at: now } as const;
  const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
  await tx
    .insertInto("identity_person")
    .values({
      workspace_id: INSTALLATION,
      id: personId,
      email_sealed: keys.seal(subject, emailPlace(personId), foldEmail(email)),
      language,
      created_at: now,
    })
    .execute();
}

/** One person's e-mail address. `tx` must be scoped to the installation. */
export async function getEmail(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
): Promise<string> {
  const email = (await listEmails(tx, installation, [personId])).get(personId);
  if (email === undefined) throw new Error("a person without a row");
  return email;
}

/** The e-mail addresses of these people, by person. `tx` must be scoped to the installation. */
export async function listEmails(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personIds: readonly PersonId[],
): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("identity_person")
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "in", personIds)
    .select(["id", "email_sealed"])
    .execute();
  const sealed = rows.map((row) => row.email_sealed);
  const keys = await installation.keysOf(narrow<VaultTables>(tx), sealed);
  return new Map(rows.map((row) => [row.id, keys.openText(emailPlace(row.id), row.email_sealed)]));
}

export function emailPlace(personId: string) {
  return { table: "identity_person", column: "email_sealed", rowId: personId };
}
