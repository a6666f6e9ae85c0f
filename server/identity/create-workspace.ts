import { sql } from "kysely";
import { inScope, inWorkspace, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { MemberId, PersonId } from "./actor.ts";
import { foldEmail } from "./email.ts";
import { type Factor, newFactor } from "./enrolment.ts";
import { type IdentityHandles, record } from "./handles.ts";
import { insertMember } from "./member.ts";
import { hashNewPassword, insertPerson, type NewPerson } from "./person.ts";
import type { IdentityTables } from "./tables.ts";
import { totpUri } from "./totp.ts";

export interface NewWorkspace {
  readonly name: string;
  /** IANA, "Asia/Dubai". */
  readonly timeZone: string;
}

export interface WorkspaceWithOwner {
  readonly workspaceId: WorkspaceId;
  readonly personId: PersonId;
  readonly memberId: MemberId;
}

/**
 * Makes a workspace and its Owner without a browser: the first of an installation, or a further one. The second
 * factor is made here and shown once; its codes come from `totpCodeAt`.
 */
export async function createWorkspaceWithOwner(
  handles: IdentityHandles,
  given: { readonly workspace: NewWorkspace; readonly owner: NewPerson; readonly actor: string },
): Promise<
  WorkspaceWithOwner & {
    readonly totpSecret: Secret<string>;
    readonly totpUri: Secret<string>;
    readonly recoveryCodes: Secret<string[]>;
  }
> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const personId = newId<PersonId>();
  const { owner, workspace } = given;
  const about = [owner.email, owner.name, workspace.name];
  const phc = await hashNewPassword(handles, installation, { personId, password: owner.password, about });
  const factor = newFactor();
  const { vault: _, ...made } = await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    await lockSetup(tx);
    return insertWorkspaceWithOwner(handles, tx, installation, { ...given, personId, phc, factor });
  });
  return {
    ...made,
    totpSecret: factor.totp.secret,
    totpUri: totpUri(factor.totp.secret, foldEmail(owner.email)),
    recoveryCodes: factor.recoveryCodes,
  };
}

/** Any number, ours alone: acts that make a workspace take turns on it, so that a set-up happens once. */
const SETUP_LOCK = 7_203_118_847;

/** Holds off every other set-up until `tx` ends. */
export async function lockSetup(tx: Tx<IdentityTables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SETUP_LOCK})`.execute(tx);
}

/** The rows of the installation and of the workspace, in one transaction scoped to the installation. */
export async function insertWorkspaceWithOwner(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: {
    readonly workspace: NewWorkspace;
    readonly owner: NewPerson;
    readonly personId: PersonId;
    readonly phc: string;
    readonly factor: Factor;
    readonly actor: string | undefined;
  },
): Promise<WorkspaceWithOwner & { readonly vault: WorkspaceVault }> {
  const now = handles.clock();
  const workspaceId = newId<WorkspaceId>();
  const { personId, phc, factor, owner } = given;
  requireTimeZone(given.workspace.timeZone);

  // Whatever code or set-up session is still open ends with the first workspace.
  await tx.deleteFrom("identity_setup").execute();
  await insertPerson(tx, installation, { person: owner, personId, phc, factor, now });
  await tx
    .insertInto("identity_workspace_route")
    .values({ workspace_id: workspaceId, created_at: now })
    .execute();
  const { member, vault } = await inScope(tx, workspaceId, async () => {
    const vault = await handles.vault.createWorkspace(narrow<VaultTables>(tx), workspaceId);
    await insertWorkspace(tx, vault, given.workspace, now);
    const made = await insertMember(tx, vault, { personId, name: owner.name, role: "owner", now });
    await record(handles, tx, workspaceId, {
      kind: "identity.workspace_created",
      actor: given.actor ?? `member:${made.id}`,
      subject: `workspace:${workspaceId}`,
      outcome: "success",
      detail: { member: made.id },
    });
    return { member: made, vault };
  });
  await record(handles, tx, INSTALLATION, {
    kind: "identity.workspace_created",
    actor: given.actor ?? "anonymous",
    subject: `workspace:${workspaceId}`,
    outcome: "success",
    detail: { person: personId },
  });
  return { workspaceId, personId, memberId: member.id, vault };
}

async function insertWorkspace(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { name, timeZone }: NewWorkspace,
  now: Date,
): Promise<void> {
  const { workspaceId } = vault;
  const subject = { subjectId: workspaceId, keyClass: "workspace", at: now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  await tx
    .insertInto("identity_workspace")
    .values({
      workspace_id: workspaceId,
      name_sealed: keys.seal(subject, workspaceNamePlace(workspaceId), name),
      time_zone: timeZone,
      created_at: now,
    })
    .execute();
}

export function workspaceNamePlace(workspaceId: WorkspaceId) {
  return { table: "identity_workspace", column: "name_sealed", rowId: workspaceId };
}

function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (cause) {
    throw new Refusal("invalid", "identity.time_zone_unknown", { cause });
  }
}
