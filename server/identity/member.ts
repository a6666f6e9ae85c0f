import type { Selectable } from "kysely";
import { narrow, type Tx } from "../platform/database.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { MemberId, PersonId, Role } from "./actor.ts";
import { ForgedRow } from "./forged-row.ts";
import type { IdentityTables, MemberState } from "./tables.ts";

/** What a member row gives power by, its MAC checked. */
export interface Member {
  readonly id: MemberId;
  readonly personId: PersonId;
  readonly role: Role;
  readonly state: MemberState;
  readonly createdAt: Date;
  readonly deactivatedAt: Date | null;
  /** Rises with every change of what gives power. 0: not changed since versions were counted. */
  readonly version: number;
}

type MemberRow = Pick<
  Selectable<IdentityTables["identity_member"]>,
  "id" | "person_id" | "role" | "state" | "created_at" | "deactivated_at" | "version" | "mac"
>;

const MEMBER_COLUMNS = [
  "id",
  "person_id",
  "role",
  "state",
  "created_at",
  "deactivated_at",
  "version",
  "mac",
] as const;

const LABEL = "identity_member";

/** The member of a row that we wrote, and last; undefined for one that somebody else did, or put back. */
export function findMemberOfRow(vault: WorkspaceVault, row: MemberRow): Member | undefined {
  const member = memberOf(row);
  const isOurs = vault.isMac(LABEL, macFields(vault.workspaceId, member), row.mac);
  return isOurs && vault.isNewest(LABEL, member) ? member : undefined;
}

function memberOf(row: MemberRow): Member {
  return {
    id: row.id as MemberId,
    personId: row.person_id as PersonId,
    role: row.role,
    state: row.state,
    createdAt: row.created_at,
    deactivatedAt: row.deactivated_at,
    version: Number(row.version),
  };
}

/** One member of the vault's workspace, to whose scope `tx` belongs. Throws ForgedRow. */
export async function findMember(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  memberId: string,
): Promise<Member | undefined> {
  const row = await tx
    .selectFrom("identity_member")
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", memberId)
    .select(MEMBER_COLUMNS)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const member = findMemberOfRow(vault, row);
  if (member === undefined) throw new ForgedRow("identity_member", row.id);
  return member;
}

/** A member as stored, to be shown to colleagues. */
export interface MemberRecord {
  readonly member: Member;
  readonly name: string;
  /** False for a row that somebody else wrote: it gives no power, whatever it says. */
  readonly isOurs: boolean;
  readonly lastSeenAt: Date | null;
}

/** All of the vault's workspace, to whose scope `tx` belongs, in the order in which they came. */
export async function listMemberRows(tx: Tx<IdentityTables>, vault: WorkspaceVault): Promise<MemberRecord[]> {
  const rows = await tx
    .selectFrom("identity_member")
    .where("workspace_id", "=", vault.workspaceId)
    .select([...MEMBER_COLUMNS, "name_sealed", "last_seen_at"])
    .orderBy("id")
    .execute();
  const sealed = rows.map((row) => row.name_sealed);
  const keys = await vault.keysOf(narrow<VaultTables>(tx), sealed);
  return rows.map((row) => ({
    member: memberOf(row),
    name: keys.openText(memberNamePlace(row.id), row.name_sealed),
    isOurs: findMemberOfRow(vault, row) !== undefined,
    lastSeenAt: row.last_seen_at,
  }));
}

/** Those whose row we wrote. `tx` must be scoped to the vault's workspace. */
export async function listMembers(tx: Tx<IdentityTables>, vault: WorkspaceVault): Promise<Member[]> {
  const rows = await tx
    .selectFrom("identity_member")
    .where("workspace_id", "=", vault.workspaceId)
    .select(MEMBER_COLUMNS)
    .execute();
  return rows.flatMap((row) => findMemberOfRow(vault, row) ?? []);
}

/** A new member and the route that leads there. `tx` must be scoped to the vault's workspace. */
export async function insertMember(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly personId: PersonId; readonly name: string; readonly role: Role; readonly now: Date },
): Promise<Member> {
  const member: Member = {
    id: newId<MemberId>(),
    personId: given.personId,
    role: given.role,
    state: "active",
    createdAt: given.now,
    deactivatedAt: null,
    version: 1,
  };
  const workspace_id = vault.workspaceId;
  await tx
    .insertInto("identity_member")
    .values({
      workspace_id,
      id: member.id,
      person_id: member.personId,
      name_sealed: await sealMemberName(tx, vault, member.id, given.name, given.now),
      role: member.role,
      state: member.state,
      created_at: member.createdAt,
      deactivated_at: null,
      last_seen_at: null,
      version: BigInt(member.version),
      mac: vault.mac(LABEL, macFields(workspace_id, member)),
    })
    .execute();
  await tx
    .insertInto("identity_membership_route")
    .values({ person_id: given.personId, workspace_id, member_id: member.id })
    .execute();
  return member;
}

/** Writes a member's role and state, read under the lock, as the row's next version, and answers it. */
export async function updateMember(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: Member,
): Promise<Member> {
  const member = { ...given, version: given.version + 1 };
  await tx
    .updateTable("identity_member")
    .set({
      role: member.role,
      state: member.state,
      deactivated_at: member.deactivatedAt,
      version: BigInt(member.version),
      mac: vault.mac(LABEL, macFields(vault.workspaceId, member)),
    })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", member.id)
    .executeTakeFirstOrThrow();
  return member;
}

export async function sealMemberName(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  memberId: MemberId,
  name: string,
  now: Date,
): Promise<Buffer> {
  const subject = { subjectId: memberId, keyClass: "member", at: now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  return keys.seal(subject, memberNamePlace(memberId), name);
}

export function memberNamePlace(memberId: string) {
  return { table: "identity_member", column: "name_sealed", rowId: memberId };
}

/**
 * Makes those who change a workspace's members take turns: two Owners who demote each other at once, an invitation
 * accepted while its inviter is demoted. `tx` must be scoped to the workspace.
 */
export async function lockWorkspaceMembers(tx: Tx<IdentityTables>, workspaceId: WorkspaceId): Promise<void> {
  await tx
    .selectFrom("identity_workspace")
    .where("workspace_id", "=", workspaceId)
    .select("workspace_id")
    .forUpdate()
    .executeTakeFirstOrThrow();
}

function macFields(workspaceId: WorkspaceId, member: Member): Array<string | number | Date | null> {
  const { id, personId, role, state, createdAt, deactivatedAt, version } = member;
  const fields = [workspaceId, id, personId, role, state, createdAt, deactivatedAt];
  // Rows from before versions were counted keep the MAC they have.
  return version === 0 ? fields : [...fields, version];
}
