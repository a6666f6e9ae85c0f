import type { Selectable } from "kysely";
import { afterCommit, narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId, PersonId } from "../actor.ts";
import { ForgedRow } from "../forged-row.ts";
import type { IdentityTables } from "../tables.ts";
import type { LinkOrigin, SsoTables } from "./tables.ts";

/** A company account that is a member's, its MAC checked. */
export interface SsoLink {
  readonly id: string;
  readonly connectionId: string;
  readonly memberId: MemberId;
  readonly personId: PersonId;
  readonly subjectHash: Buffer;
  readonly madeBy: LinkOrigin;
  readonly createdAt: Date;
  /** When it last signed its member in, or proved that it could. */
  readonly usedAt: Date | null;
  readonly version: number;
}

/** Issuer and subject, which together are one account of one provider (OpenID Connect Core, section 5.7). */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
}

export function hashSubject(vault: WorkspaceVault, { issuer, subject }: Subject): Buffer {
  return vault.hash("sso_subject", JSON.stringify([issuer, subject]));
}

/** Everything here needs a transaction scoped to the vault's workspace. Throws ForgedRow. */
export async function findLink(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  wanted: { readonly connectionId: string } & (
    | { readonly subjectHash: Buffer }
    | { readonly memberId: string }
  ),
): Promise<SsoLink | undefined> {
  const query = narrow<SsoTables>(tx)
    .selectFrom("identity_sso_link")
    .where("workspace_id", "=", vault.workspaceId)
    .where("connection_id", "=", wanted.connectionId)
    .selectAll();
  const row = await ("memberId" in wanted
    ? query.where("member_id", "=", wanted.memberId)
    : query.where("subject_hash", "=", wanted.subjectHash)
  ).executeTakeFirst();
  return row === undefined ? undefined : linkOf(vault, row);
}

/** False when the account is somebody's already, or the member has one. */
export async function insertLink(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: Omit<SsoLink, "id" | "version">,
): Promise<boolean> {
  const link: SsoLink = { ...given, id: newId<string>(), version: 1 };
  const made = await narrow<SsoTables>(tx)
    .insertInto("identity_sso_link")
    .values({
      workspace_id: vault.workspaceId,
      id: link.id,
      connection_id: link.connectionId,
      member_id: link.memberId,
      person_id: link.personId,
      subject_hash: link.subjectHash,
      made_by: link.madeBy,
      created_at: link.createdAt,
      used_at: link.usedAt,
      version: BigInt(link.version),
      mac: vault.mac(LABEL, macFields(vault, link)),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  return made !== undefined;
}

export async function noteLinkUsed(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  link: SsoLink,
  now: Date,
): Promise<void> {
  const used: SsoLink = { ...link, usedAt: now, version: link.version + 1 };
  await narrow<SsoTables>(tx)
    .updateTable("identity_sso_link")
    .set({ used_at: now, version: BigInt(used.version), mac: vault.mac(LABEL, macFields(vault, used)) })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", link.id)
    .execute();
}

/** What is a member's own ends with their word, or with them. Returns how many there were. */
export async function deleteLinksOfMember(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly memberId: string; readonly connectionId?: string },
): Promise<number> {
  let query = narrow<SsoTables>(tx)
    .deleteFrom("identity_sso_link")
    .where("workspace_id", "=", vault.workspaceId)
    .where("member_id", "=", given.memberId);
  if (given.connectionId !== undefined) query = query.where("connection_id", "=", given.connectionId);
  const ended = await query.returning("id").execute();
  afterCommit(tx, () => {
    for (const { id } of ended) vault.noteEnd(LABEL, id);
  });
  return ended.length;
}

export async function countLinks(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  connectionId: string,
): Promise<number> {
  const { count } = await narrow<SsoTables>(tx)
    .selectFrom("identity_sso_link")
    .where("workspace_id", "=", vault.workspaceId)
    .where("connection_id", "=", connectionId)
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

const LABEL = "identity_sso_link";

function linkOf(vault: WorkspaceVault, row: Selectable<SsoTables["identity_sso_link"]>): SsoLink {
  const link: SsoLink = {
    id: row.id,
    connectionId: row.connection_id,
    memberId: row.member_id as MemberId,
    personId: row.person_id as PersonId,
    subjectHash: row.subject_hash,
    madeBy: row.made_by,
    createdAt: row.created_at,
    usedAt: row.used_at,
    version: Number(row.version),
  };
  const isOurs = vault.isMac(LABEL, macFields(vault, link), row.mac);
  if (!isOurs || !vault.isNewest(LABEL, link)) throw new ForgedRow("identity_sso_link", row.id);
  return link;
}

function macFields(vault: WorkspaceVault, link: SsoLink) {
  const { id, connectionId, memberId, personId, subjectHash, madeBy, createdAt, usedAt, version } = link;
  return [
    vault.workspaceId,
    ...[id, connectionId, memberId, personId, subjectHash, madeBy, createdAt, usedAt, version],
  ];
}
