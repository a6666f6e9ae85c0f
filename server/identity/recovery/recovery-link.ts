import type { Selectable } from "kysely";
import { afterCommit, type Tx } from "../../platform/database.ts";
import { INSTALLATION, newId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import { ForgedRow } from "../forged-row.ts";
import { randomToken } from "../random-code.ts";
import type { IdentityTables } from "../tables.ts";
import type { LinkPurpose, RecoveryTables } from "./tables.ts";

/** What a link gives, its MAC and version checked. */
export interface RecoveryLink {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly personId: PersonId;
  readonly purpose: LinkPurpose;
  readonly aboutId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly version: number;
}

/** The page that every link leads to; the token behind `#` says what for. */
export const RECOVERY_PATH = "/recover";

/** How long each kind works, in ms. */
export const LINK_MS: Readonly<Record<LinkPurpose, number>> = {
  password_reset: 10 * 60_000, // issue 4
  owner_recovery: 10 * 60_000, // issue 4
  /** Ours: mail is read within a day, and until then nothing has changed. */
  email_confirm: 24 * 60 * 60_000,
  /**
   * Ours: a week, so that it outlives a weekend and some days off. A thief in an open session with a fresh factor
   * could confirm an address within a minute. This is what their victim still has. Longer would leave a mailbox that
   * was given up on purpose with a say for too long. What it says gives the address back and nothing more.
   */
  email_stop: 7 * 24 * 60 * 60_000,
  factor_reset_cancel: 24 * 60 * 60_000, // issue 4: the day in which it can be cancelled
};

const LABEL = "identity_recovery_link";

/** Of 256 random bits. All here needs a transaction scoped to the installation. */
export async function insertLink(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: Pick<RecoveryLink, "personId" | "purpose"> & {
    readonly aboutId?: string;
    readonly token?: Secret<string>;
    readonly now: Date;
  },
): Promise<Secret<string>> {
  const { personId, purpose, aboutId = null, token = randomToken(), now } = given;
  const link: RecoveryLink = {
    ...{ id: newId<string>(), personId, purpose, aboutId, createdAt: now, endedAt: null, version: 1 },
    tokenHash: hashLinkToken(installation, token.reveal()),
    expiresAt: new Date(now.getTime() + LINK_MS[purpose]),
  };
  await tx
    .insertInto("identity_recovery_link")
    .values({
      ...{
        workspace_id: INSTALLATION,
        id: link.id,
        token_hash: link.tokenHash,
        person_id: personId,
        purpose,
      },
      ...{ about_id: aboutId, created_at: now, expires_at: link.expiresAt, ended_at: null, version: 1 },
      mac: installation.mac(LABEL, macFields(link)),
    })
    .execute();
  return token;
}

/** The link of a token, locked until the transaction ends: of two who use it at once, one waits. Throws ForgedRow. */
export async function lockLink(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  token: string,
): Promise<RecoveryLink | undefined> {
  const row = await tx
    .selectFrom("identity_recovery_link")
    .where("workspace_id", "=", INSTALLATION)
    .where("token_hash", "=", hashLinkToken(installation, token))
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : linkOf(installation, row);
}

/** Throws unless it is of one of these purposes, neither used nor over. What is wrong with it is not told. */
export function requireWorking(
  link: RecoveryLink | undefined,
  purposes: readonly LinkPurpose[],
  now: Date,
): RecoveryLink {
  if (
    link === undefined ||
    !purposes.includes(link.purpose) ||
    link.endedAt !== null ||
    link.expiresAt <= now
  )
    throw new Refusal("not_found", "identity.link_ended");
  return link;
}

/** Used, or of no use any more. Never deleted while it could work, so that one put back is older than what was seen. */
export async function endLink(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  before: RecoveryLink,
  now: Date,
): Promise<void> {
  const link: RecoveryLink = { ...before, endedAt: now, version: before.version + 1 };
  await tx
    .updateTable("identity_recovery_link")
    .set({ ended_at: now, version: link.version, mac: installation.mac(LABEL, macFields(link)) })
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", link.id)
    .executeTakeFirstOrThrow();
  // Remembered, so that the row of before, put back, is known to be old.
  afterCommit(tx, () => void installation.isNewest(LABEL, link));
}

/** Ends those of a person that still work: for these purposes, or about one matter. */
export async function endLinksOf(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
  which: {
    readonly purposes: readonly LinkPurpose[];
    readonly aboutId?: string;
    /** Only those made after this. */
    readonly since?: Date;
    readonly now: Date;
  },
): Promise<void> {
  const rows = await tx
    .selectFrom("identity_recovery_link")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where("purpose", "in", which.purposes)
    .where("ended_at", "is", null)
    .selectAll()
    .orderBy("id")
    .forUpdate()
    .execute();
  for (const row of rows) {
    if (which.aboutId !== undefined && row.about_id !== which.aboutId) continue;
    if (which.since !== undefined && row.created_at <= which.since) continue;
    await endLink(tx, installation, linkOf(installation, row), which.now);
  }
}

/** A day after they ended by themselves. For a job. */
export async function deleteOldLinks(tx: Tx<IdentityTables>, now: Date): Promise<void> {
  await tx
    .deleteFrom("identity_recovery_link")
    .where("workspace_id", "=", INSTALLATION)
    .where("expires_at", "<", new Date(now.getTime() - 24 * 60 * 60_000))
    .execute();
}

export function hashLinkToken(installation: WorkspaceVault, token: string): Buffer {
  return installation.hash("token", `recovery:${token}`);
}

function linkOf(
  installation: WorkspaceVault,
  row: Selectable<RecoveryTables["identity_recovery_link"]>,
): RecoveryLink {
  const link: RecoveryLink = {
    ...{ id: row.id, tokenHash: row.token_hash, personId: row.person_id as PersonId, purpose: row.purpose },
    ...{ aboutId: row.about_id, createdAt: row.created_at, expiresAt: row.expires_at, endedAt: row.ended_at },
    version: Number(row.version),
  };
  const isOurs = installation.isMac(LABEL, macFields(link), row.mac) && installation.isNewest(LABEL, link);
  if (!isOurs) throw new ForgedRow(LABEL, row.id);
  return link;
}

function macFields(link: RecoveryLink): Array<string | number | Buffer | Date | null> {
  const { id, tokenHash, personId, purpose, aboutId, createdAt, expiresAt, endedAt, version } = link;
  return [id, tokenHash, personId, purpose, aboutId, createdAt, expiresAt, endedAt, version];
}
