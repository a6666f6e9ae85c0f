import { sql } from "kysely";
import type { Db } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { Actor, Role } from "./actor.ts";
import { judgePresence, type Presence } from "./devices/presence.ts";
import { ForgedRow, recordForgery } from "./forged-row.ts";
import type { IdentityHandles } from "./handles.ts";
import { findMemberOfRow } from "./member.ts";
import { hashSessionToken } from "./session.ts";
import { actorOfSession, isOurSession, type SessionRow, sessionOfRow } from "./session-row.ts";
import type { IdentityTables, MemberState } from "./tables.ts";

/**
 * Who a session's token speaks for, or undefined when it speaks for nobody: unknown, expired, ended, its member
 * deactivated, or its rows written by somebody else. One query; nothing is cached, so an end is an end at once. With
 * where the request comes from, a session that turns up elsewhere is seen, and one that a person uses stays open.
 */
export async function findActor(
  handles: IdentityHandles,
  token: string | undefined,
  now: Date,
  presence?: Presence,
): Promise<Actor | undefined> {
  if (token === undefined || !TOKEN.test(token)) return undefined;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const tokenHash = hashSessionToken(installation, token);
  const row = await findRow(handles.db, tokenHash, now);
  if (row === undefined) return undefined;

  const session = sessionOfRow({ ...row, token_hash: tokenHash });
  if (!isOurSession(installation, session, row.mac)) return refuse(handles, "identity_session", row.id);
  const vault = await handles.vault.openWorkspace(session.workspaceId);
  const role = findRole(vault, row);
  if (role === undefined) return refuse(handles, "identity_member", row.member_id);
  if (role === "none") return undefined;
  const standing = await judgePresence(handles, installation, session, presence, now);
  return actorOfSession(session, role, standing);
}

/** 32 bytes in base64url. Anything else was never ours and costs us no query. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

type FoundRow = Omit<SessionRow, "token_hash"> & {
  member_person_id: string;
  member_role: Role;
  member_state: MemberState;
  member_created_at: Date;
  member_deactivated_at: Date | null;
  member_version: string;
  member_mac: Buffer;
};

async function findRow(db: Db<IdentityTables>, tokenHash: Buffer, now: Date): Promise<FoundRow | undefined> {
  const { rows } = await sql<FoundRow>`
    select * from identity_find_session(${tokenHash}, ${now})`.execute(db);
  return rows[0];
}

/** The member's role; "none" for one who was deactivated; undefined for a row that is not ours. */
function findRole(vault: WorkspaceVault, row: FoundRow): Role | "none" | undefined {
  const member = findMemberOfRow(vault, {
    id: row.member_id,
    person_id: row.member_person_id,
    role: row.member_role,
    state: row.member_state,
    created_at: row.member_created_at,
    deactivated_at: row.member_deactivated_at,
    version: row.member_version,
    mac: row.member_mac,
  });
  if (member === undefined) return undefined;
  return member.state === "active" ? member.role : "none";
}

async function refuse(handles: IdentityHandles, table: string, rowId: string): Promise<undefined> {
  await recordForgery(handles, new ForgedRow(table, rowId));
  return undefined;
}
