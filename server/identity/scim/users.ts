import { newId } from "../../platform/ids.ts";
import type { Member } from "../member.ts";
import { actAsDirectory, type Directory, type ScimAct, type ScimHandles } from "./act-as-directory.ts";
import { giveGrants, withOwnRole } from "./apply-groups.ts";
import { NO_GRANTS } from "./decide-grants.ts";
import type { FilterTerm } from "./filter.ts";
import { findGroup, listGroupIdsOfUser, removeFromGroups, saveGroup } from "./group-row.ts";
import { closeWayById, heldIdOf } from "./hold-id.ts";
import {
  deactivate,
  findMemberByEmail,
  forgetAccounts,
  getManaged,
  makeMember,
  reactivate,
  renameMember,
  taken,
} from "./member-acts.ts";
import { type Expected, requireExpected } from "./precondition.ts";
import type { DirectoryUser } from "./read-user.ts";
import { notFound, ScimError } from "./scim-error.ts";
import type { DirectoryRole, UserOrigin } from "./tables.ts";
import {
  findUser,
  hashExternalId,
  hashUserName,
  listUsers,
  openProfiles,
  type ScimUser,
  saveUser,
  sealProfile,
  type UserKey,
  type UserProfile,
} from "./user-row.ts";

/** A user as the directory is shown them. */
export interface UserView {
  readonly id: string;
  readonly active: boolean;
  readonly profile: UserProfile;
  readonly groupIds: readonly string[];
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly version: number;
}

/**
 * Makes a user. Somebody who is here already, by their address, is taken into the directory's care as they are, unless
 * they are an Owner or were deactivated here; everybody else becomes a member without a password.
 */
export async function createUser(
  handles: ScimHandles,
  directory: Directory,
  given: DirectoryUser,
): Promise<UserView> {
  return actAsDirectory(handles, directory, async (act) => {
    const { tx, vault } = act;
    const userNameHash = hashUserName(vault, given.profile.userName);
    const before = await findUser(tx, vault, { userNameHash });
    if (before !== undefined && before.deletedAt === null) throw taken();
    if (before !== undefined) return viewOf(act, await revive(act, before, given));
    const { member, origin } = await memberFor(act, given.profile);
    if ((await findUser(tx, vault, { memberId: member.id })) !== undefined) throw taken();
    await act.record({
      kind: "identity.scim_member_made",
      subject: `member:${member.id}`,
      outcome: "success",
      detail: { origin, active: given.active },
    });
    const draft = draftOf(act, member, origin);
    return viewOf(act, await write(act, given.active ? draft : await takeAccess(act, draft, member), given));
  });
}

export async function getUser(handles: ScimHandles, directory: Directory, id: string): Promise<UserView> {
  return actAsDirectory(handles, directory, async (act) => viewOf(act, await getStored(act, id)));
}

/** A page, or whoever a filter finds. */
export async function findUsers(
  handles: ScimHandles,
  directory: Directory,
  wanted: { readonly terms: readonly FilterTerm[]; readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly users: readonly UserView[] }> {
  return actAsDirectory(handles, directory, async (act) => {
    if (wanted.terms.length === 0) {
      const { total, users } = await listUsers(act.tx, act.vault, wanted);
      return { total, users: await Promise.all(users.map((user) => viewOf(act, user))) };
    }
    const user = await findByTerms(act, wanted.terms);
    const found = user === undefined ? [] : [await viewOf(act, user)];
    return { total: found.length, users: found.slice(wanted.offset, wanted.offset + wanted.limit) };
  });
}

/** Which resource a request is about, and which version of it. */
export interface Target {
  readonly id: string;
  readonly expected: Expected;
}

/** Changes a user to what `change` makes of them, if they are still what the request expects. */
export async function changeUser(
  handles: ScimHandles,
  directory: Directory,
  { id, expected }: Target,
  change: (before: DirectoryUser) => DirectoryUser,
): Promise<UserView> {
  return actAsDirectory(handles, directory, async (act) => {
    const before = await getStored(act, id);
    requireExpected(before, expected);
    const member = await getManaged(act, before);
    const [profile] = await openProfiles(act.tx, act.vault, [before]);
    if (profile === undefined) throw notFound();
    const given = change({ profile, active: before.active });
    const isEnd = before.active && !given.active;
    const user = await write(act, isEnd ? await takeAccess(act, before, member) : before, given);
    if (before.origin === "made" && given.profile.displayName !== profile.displayName)
      await renameMember(act, member, given.profile.displayName);
    if (!before.active && given.active) await reactivate(act, member, before);
    return viewOf(act, user);
  });
}

/** The directory lets go of a user: deactivated, out of all groups, their company account nobody's. */
export async function deleteUser(
  handles: ScimHandles,
  directory: Directory,
  { id, expected }: Target,
): Promise<void> {
  await actAsDirectory(handles, directory, async (act) => {
    const { tx, vault, now } = act;
    const stored = await getStored(act, id);
    requireExpected(stored, expected);
    const member = await getManaged(act, stored);
    const user = withOwnRole(stored, member);
    const left = await deactivate(act, member);
    const deactivatedAt = left === member ? user.deactivatedAt : left.deactivatedAt;
    const heldIdHash = await heldIdOf(act, user);
    await forgetAccounts(act, member);
    for (const groupId of await listGroupIdsOfUser(tx, vault, id)) {
      const group = await findGroup(tx, vault, { id: groupId });
      if (group !== undefined) await saveGroup(tx, vault, { ...group, changedAt: now });
    }
    await removeFromGroups(tx, vault, { userId: id });
    // Or whoever comes back would have what their groups gave, and be in none.
    await giveGrants(act, { user, member: left, grants: NO_GRANTS });
    const { role: grantedRole, teamIds: grantedTeams } = NO_GRANTS;
    const gone = { active: false, deactivatedAt, heldIdHash, deletedAt: now, changedAt: now };
    await saveUser(tx, vault, { ...user, ...gone, grantedRole, grantedTeams });
  });
}

async function getStored({ tx, vault }: ScimAct, id: string): Promise<ScimUser> {
  const user = ID.test(id) ? await findUser(tx, vault, { id }) : undefined;
  if (user === undefined) throw notFound();
  return user;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function findByTerms(act: ScimAct, terms: readonly FilterTerm[]): Promise<ScimUser | undefined> {
  const { tx, vault } = act;
  const keys = terms.flatMap(({ attribute, value }): UserKey[] => {
    if (attribute === "username") return [{ userNameHash: hashUserName(vault, value) }];
    if (attribute === "externalid") return [{ externalIdHash: hashExternalId(vault, value) }];
    return attribute === "id" && ID.test(value) ? [{ id: value }] : [];
  });
  const [first] = keys;
  if (first === undefined) {
    if (terms.some(({ attribute }) => attribute === "id")) return undefined;
    throw new ScimError(400, "This filter is not supported.", "invalidFilter");
  }
  const user = await findUser(tx, vault, first);
  if (user === undefined || user.deletedAt !== null) return undefined;
  const fits = terms.every(({ attribute, value }) => {
    if (attribute === "username") return user.userNameHash.equals(hashUserName(vault, value));
    if (attribute === "externalid") return user.externalIdHash?.equals(hashExternalId(vault, value)) === true;
    if (attribute === "active") return String(user.active) === value;
    return user.id === value;
  });
  return fits ? user : undefined;
}

async function memberFor(
  act: ScimAct,
  profile: UserProfile,
): Promise<{ readonly member: Member; readonly origin: UserOrigin }> {
  const known = await findMemberByEmail(act, profile.email);
  if (known === undefined) return { member: await makeMember(act, profile), origin: "made" };
  if (known === "elsewhere" || known.role === "owner" || known.state !== "active") {
    if (known !== "elsewhere" && known.role === "owner")
      await act.record({
        kind: "identity.scim_refused",
        subject: `member:${known.id}`,
        outcome: "refusal",
        detail: { reason: "owner" },
      });
    throw taken();
  }
  return { member: known, origin: "adopted" };
}

/** One who comes back. Whoever became an Owner meanwhile is not the directory's any more. */
async function revive(act: ScimAct, before: ScimUser, given: DirectoryUser): Promise<ScimUser> {
  const member = await getManaged(act, before);
  const user = await write(act, { ...before, deletedAt: null }, given);
  if (given.active) await reactivate(act, member, before);
  return user;
}

/** Deactivates; the user, to be saved, says when, if it was the directory that did it. */
async function takeAccess<User extends Pick<ScimUser, "deactivatedAt">>(
  act: ScimAct,
  user: User,
  member: Member,
): Promise<User> {
  const left = await deactivate(act, member);
  return left === member ? user : { ...user, deactivatedAt: left.deactivatedAt };
}

function draftOf({ now }: ScimAct, member: Member, origin: UserOrigin): Omit<ScimUser, "profileSealed"> {
  return {
    id: newId<string>(),
    ...{ memberId: member.id, personId: member.personId, origin },
    ...{ active: true, userNameHash: Buffer.alloc(0), externalIdHash: null },
    ...{ baseRole: member.role as DirectoryRole, grantedRole: null, grantedTeams: [] },
    ...{ deactivatedAt: null, heldIdHash: null },
    ...{ createdAt: now, changedAt: now, deletedAt: null, version: 0 },
  };
}

async function write(
  act: ScimAct,
  before: Omit<ScimUser, "profileSealed">,
  { profile, active }: DirectoryUser,
): Promise<ScimUser> {
  const { tx, vault, now } = act;
  const { id, memberId } = before;
  const userNameHash = hashUserName(vault, profile.userName);
  const externalIdHash = profile.externalId === null ? null : hashExternalId(vault, profile.externalId);
  const others = [
    await findUser(tx, vault, { userNameHash }),
    externalIdHash === null ? undefined : await findUser(tx, vault, { externalIdHash }),
  ];
  if (others.some((other) => other !== undefined && other.id !== id)) throw taken();
  const profileSealed = await sealProfile(tx, vault, { id, memberId, profile, now });
  const isOtherId = !isSameHash(before.externalIdHash, externalIdHash);
  const heldIdHash = isOtherId ? await heldIdOf(act, before) : before.heldIdHash;
  if (isOtherId && heldIdHash !== null && !isSameHash(heldIdHash, externalIdHash))
    await closeWayById(act, before);
  return saveUser(tx, vault, {
    ...before,
    active,
    userNameHash,
    externalIdHash,
    heldIdHash,
    profileSealed,
    changedAt: now,
  });
}

function isSameHash(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

async function viewOf(act: ScimAct, user: ScimUser): Promise<UserView> {
  const [profile] = await openProfiles(act.tx, act.vault, [user]);
  if (profile === undefined) throw notFound();
  const { id, active, createdAt, changedAt, version } = user;
  const groupIds = await listGroupIdsOfUser(act.tx, act.vault, id);
  return { id, active, profile, groupIds, createdAt, changedAt, version };
}
