import type { Selectable } from "kysely";
import { afterCommit, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION, newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import { hashEmail } from "../email.ts";
import { ForgedRow } from "../forged-row.ts";
import { emailPlace } from "../person.ts";
import type { IdentityTables } from "../tables.ts";
import { LINK_MS } from "./recovery-link.ts";
import type { RecoveryTables } from "./tables.ts";

type State = RecoveryTables["identity_email_change"]["state"];

/** A change of a person's address, its MAC and version checked and its addresses opened. */
export interface EmailChange {
  readonly id: string;
  readonly personId: PersonId;
  readonly before: string;
  readonly after: string;
  readonly state: State;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly version: number;
  readonly beforeSealed: Buffer;
  readonly afterSealed: Buffer;
}

const LABEL = "identity_email_change";

/** Everything here needs a transaction scoped to the installation. */
export async function insertEmailChange(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly before: string; readonly after: string; readonly now: Date },
): Promise<EmailChange> {
  const { personId, before, after, now } = given;
  const id = newId<string>();
  const subject = { subjectId: personId, keyClass: "member", at: now } as const;
  const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
  const change: EmailChange = {
    ...{ id, personId, before, after, state: "asked", createdAt: now, version: 1 },
    expiresAt: new Date(now.getTime() + LINK_MS.email_confirm),
    beforeSealed: keys.seal(subject, placeOf(id, "before_sealed"), before),
    afterSealed: keys.seal(subject, placeOf(id, "after_sealed"), after),
  };
  await tx
    .insertInto("identity_email_change")
    .values({
      ...{ workspace_id: INSTALLATION, id, person_id: personId, state: change.state, version: 1 },
      ...{ before_sealed: change.beforeSealed, after_sealed: change.afterSealed },
      ...{ created_at: now, expires_at: change.expiresAt },
      mac: installation.mac(LABEL, macFields(change)),
    })
    .execute();
  return change;
}

/** Locked until the transaction ends. Throws ForgedRow. */
export async function lockEmailChange(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  id: string,
): Promise<EmailChange | undefined> {
  const row = await tx
    .selectFrom("identity_email_change")
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", id)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : open(tx, installation, row);
}

/** The one that waits to be confirmed, if there is one. */
export async function findAskedChange(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
  now: Date,
): Promise<EmailChange | undefined> {
  const row = await tx
    .selectFrom("identity_email_change")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where("state", "=", "asked")
    .where("expires_at", ">", now)
    .selectAll()
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : open(tx, installation, row);
}

export async function updateEmailChange(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  before: EmailChange,
  state: State,
): Promise<void> {
  const change: EmailChange = { ...before, state, version: before.version + 1 };
  await tx
    .updateTable("identity_email_change")
    .set({ state, version: change.version, mac: installation.mac(LABEL, macFields(change)) })
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", change.id)
    .executeTakeFirstOrThrow();
  // Remembered, so that the row of before, put back, is known to be old.
  afterCommit(tx, () => void installation.isNewest(LABEL, change));
}

/** Gives a person another address. False where somebody has it. */
export async function replaceEmail(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, email, now }: { readonly personId: PersonId; readonly email: string; readonly now: Date },
): Promise<boolean> {
  const emailHash = hashEmail(installation, email);
  // Where two ask for one address at once, the second waits here for the first, and then finds it taken.
  const { rows } = await takeAddress(tx, emailHash, personId);
  if (rows.length === 0) return false;
  const subject = { subjectId: personId, keyClass: "member", at: now } as const;
  const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
  await tx
    .updateTable("identity_person")
    .set({ email_sealed: keys.seal(subject, emailPlace(personId), email) })
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", personId)
    .executeTakeFirstOrThrow();
  return true;
}

async function takeAddress(tx: Tx<IdentityTables>, emailHash: Buffer, personId: PersonId) {
  const held = await tx
    .selectFrom("identity_login")
    .where("email_hash", "=", emailHash)
    .select("person_id")
    .forUpdate()
    .executeTakeFirst();
  if (held !== undefined && held.person_id !== personId) return { rows: [] };
  await tx.deleteFrom("identity_login").where("person_id", "=", personId).execute();
  const rows = await tx
    .insertInto("identity_login")
    .values({ email_hash: emailHash, person_id: personId })
    .onConflict((conflict) => conflict.column("email_hash").doNothing())
    .returning("person_id")
    .execute();
  return { rows };
}

/** When neither of its links can work any more. For a job. */
export async function deleteOldChanges(tx: Tx<IdentityTables>, now: Date): Promise<void> {
  await tx
    .deleteFrom("identity_email_change")
    .where("workspace_id", "=", INSTALLATION)
    .where("created_at", "<", new Date(now.getTime() - LINK_MS.email_stop))
    .execute();
}

async function open(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  row: Selectable<RecoveryTables["identity_email_change"]>,
): Promise<EmailChange> {
  const sealed = { beforeSealed: row.before_sealed, afterSealed: row.after_sealed };
  const version = Number(row.version);
  const stored = {
    ...{ id: row.id, personId: row.person_id as PersonId, state: row.state, version, ...sealed },
    ...{ createdAt: row.created_at, expiresAt: row.expires_at },
  };
  const isOurs =
    installation.isMac(LABEL, macFields(stored), row.mac) &&
    installation.isNewest(LABEL, { id: row.id, version });
  if (!isOurs) throw new ForgedRow(LABEL, row.id);
  const keys = await installation.keysOf(narrow<VaultTables>(tx), [row.before_sealed, row.after_sealed]);
  return {
    ...stored,
    before: keys.openText(placeOf(row.id, "before_sealed"), row.before_sealed),
    after: keys.openText(placeOf(row.id, "after_sealed"), row.after_sealed),
  };
}

function placeOf(rowId: string, column: "before_sealed" | "after_sealed") {
  return { table: "identity_email_change", column, rowId };
}

function macFields(change: Omit<EmailChange, "before" | "after">): Array<string | number | Buffer | Date> {
  const { id, personId, beforeSealed, afterSealed, state, createdAt, expiresAt, version } = change;
  return [id, personId, beforeSealed, afterSealed, state, createdAt, expiresAt, version];
}
