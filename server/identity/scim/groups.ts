import { z } from "zod";
import { newId } from "../../platform/ids.ts";
import { actAsDirectory, type Directory, type ScimAct, type ScimHandles } from "./act-as-directory.ts";
import { applyGroups } from "./apply-groups.ts";
import { type FilterTerm, parsePathFilter } from "./filter.ts";
import {
  addToGroup,
  deleteGroup as deleteGroupRow,
  findGroup,
  type GroupProfile,
  hashGroupName,
  listGroups,
  listGroupUserIds,
  openGroupProfiles,
  removeFromGroups,
  type ScimGroup,
  saveGroup,
  sealGroupProfile,
} from "./group-row.ts";
import { taken } from "./member-acts.ts";
import { requireExpected } from "./precondition.ts";
import type { PatchOperation } from "./read-user.ts";
import { notFound, ScimError } from "./scim-error.ts";
import { findUser, hashExternalId } from "./user-row.ts";
import type { Target } from "./users.ts";

/** What a request makes of a group. */
export interface DirectoryGroup {
  readonly profile: GroupProfile;
  readonly userIds: readonly string[];
}

export interface GroupView extends DirectoryGroup {
  readonly id: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly version: number;
}

const text = z.string().trim().min(1).max(200);
const members = z.array(z.looseObject({ value: z.string().toLowerCase().pipe(z.uuid()) })).max(5_000);

const groupBody = z.looseObject({
  displayName: text,
  externalId: z.string().trim().max(254).nullish(),
  members: members.nullish(),
});

/** A group as a whole resource, of POST and PUT. */
export function readGroup(body: unknown): DirectoryGroup {
  const parsed = groupBody.safeParse(body);
  if (!parsed.success) throw badValue();
  const { displayName, externalId, members: given } = parsed.data;
  return {
    profile: { displayName, externalId: externalId || null },
    userIds: [...new Set((given ?? []).map(({ value }) => value))],
  };
}

export async function createGroup(
  handles: ScimHandles,
  directory: Directory,
  given: DirectoryGroup,
): Promise<GroupView> {
  return actAsDirectory(handles, directory, async (act) => {
    const { now } = act;
    const draft = { id: newId<string>(), role: null, teamId: null, createdAt: now, version: 0 };
    return viewOf(act, await write(act, draft, given));
  });
}

export async function getGroup(handles: ScimHandles, directory: Directory, id: string): Promise<GroupView> {
  return actAsDirectory(handles, directory, async (act) => viewOf(act, await getStored(act, id)));
}

export async function findGroups(
  handles: ScimHandles,
  directory: Directory,
  wanted: { readonly terms: readonly FilterTerm[]; readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly groups: readonly GroupView[] }> {
  return actAsDirectory(handles, directory, async (act) => {
    const all = await listGroups(act.tx, act.vault);
    const fitting = all.filter((group) => wanted.terms.every((term) => fits(act, group, term)));
    const page = fitting.slice(wanted.offset, wanted.offset + wanted.limit);
    return { total: fitting.length, groups: await Promise.all(page.map((group) => viewOf(act, group))) };
  });
}

/** Changes a group to what `change` makes of it, if it is still what the request expects; its members follow. */
export async function changeGroup(
  handles: ScimHandles,
  directory: Directory,
  { id, expected }: Target,
  change: (before: DirectoryGroup) => DirectoryGroup,
): Promise<GroupView> {
  return actAsDirectory(handles, directory, async (act) => {
    const before = await getStored(act, id);
    requireExpected(before, expected);
    const { profile, userIds } = await viewOf(act, before);
    return viewOf(act, await write(act, before, change({ profile, userIds })));
  });
}

export async function deleteGroup(
  handles: ScimHandles,
  directory: Directory,
  { id, expected }: Target,
): Promise<void> {
  await actAsDirectory(handles, directory, async (act) => {
    requireExpected(await getStored(act, id), expected);
    const userIds = await listGroupUserIds(act.tx, act.vault, id);
    await deleteGroupRow(act.tx, act.vault, id);
    await applyGroups(act, userIds);
  });
}

/** Applies a PATCH to a group: names, and members in each of the shapes that directories send. */
export function patchGroup(before: DirectoryGroup, patch: readonly PatchOperation[]): DirectoryGroup {
  return patch.reduce((group, operation) => {
    if (operation.path !== null) return patchPath(group, operation.path, operation);
    const fields = z.record(z.string(), z.unknown()).safeParse(operation.value);
    if (!fields.success) throw badValue();
    return Object.entries(fields.data).reduce(
      (each, [path, value]) => patchPath(each, path, { ...operation, value }),
      group,
    );
  }, before);
}

const GROUP_URN = /^urn:ietf:params:scim:schemas:core:2\.0:group:/i;

function patchPath(group: DirectoryGroup, given: string, { op, value }: PatchOperation): DirectoryGroup {
  const path = given.replace(GROUP_URN, "");
  const filtered = parsePathFilter(path);
  if (filtered !== undefined) {
    const isOne =
      filtered.attribute === "members" && filtered.terms.every(({ attribute }) => attribute === "value");
    if (!isOne || op !== "remove") throw new ScimError(400, "This path is not supported.", "invalidPath");
    const gone = new Set(filtered.terms.map((term) => term.value.toLowerCase()));
    return { ...group, userIds: group.userIds.filter((id) => !gone.has(id)) };
  }
  switch (path.toLowerCase()) {
    case "displayname": {
      const name = text.safeParse(value);
      if (op === "remove" || !name.success) throw badValue();
      return { ...group, profile: { ...group.profile, displayName: name.data } };
    }
    case "externalid":
      return {
        ...group,
        profile: {
          ...group.profile,
          externalId: op === "remove" ? null : z.string().min(1).max(254).parse(value),
        },
      };
    case "members":
      return { ...group, userIds: patchMembers(group.userIds, op, value) };
    default:
      return group;
  }
}

function patchMembers(before: readonly string[], op: PatchOperation["op"], value: unknown): string[] {
  if (op === "remove" && (value === undefined || value === null)) return [];
  const parsed = members.safeParse([value].flat());
  if (!parsed.success) throw badValue();
  const ids = parsed.data.map((member) => member.value);
  if (op === "remove") return before.filter((id) => !ids.includes(id));
  return [...new Set(op === "add" ? [...before, ...ids] : ids)];
}

async function getStored({ tx, vault }: ScimAct, id: string): Promise<ScimGroup> {
  const group = z.uuid().safeParse(id).success ? await findGroup(tx, vault, { id }) : undefined;
  if (group === undefined) throw notFound();
  return group;
}

function fits({ vault }: ScimAct, group: ScimGroup, { attribute, value }: FilterTerm): boolean {
  if (attribute === "displayname") return group.nameHash.equals(hashGroupName(vault, value));
  if (attribute === "externalid") return group.externalIdHash?.equals(hashExternalId(vault, value)) === true;
  return group.id === value;
}

async function write(
  act: ScimAct,
  before: Pick<ScimGroup, "id" | "role" | "teamId" | "createdAt" | "version">,
  { profile, userIds }: DirectoryGroup,
): Promise<ScimGroup> {
  const { tx, vault, now } = act;
  const { id, role, teamId, createdAt, version } = before;
  const nameHash = hashGroupName(vault, profile.displayName);
  const other = await findGroup(tx, vault, { nameHash });
  if (other !== undefined && other.id !== id) throw taken();
  const externalIdHash = profile.externalId === null ? null : hashExternalId(vault, profile.externalId);
  const profileSealed = await sealGroupProfile(tx, vault, { id, profile, now });
  const group = {
    ...{ id, role, teamId, createdAt, version },
    ...{ nameHash, externalIdHash, profileSealed, changedAt: now },
  };
  const isNew = before.version === 0;
  const made = isNew ? await saveGroup(tx, vault, group) : undefined;
  await moveMembers(act, id, userIds);
  // Last: what was read on the way was committed, whatever becomes of this transaction (vault.isNewest).
  return made ?? saveGroup(tx, vault, group);
}

async function moveMembers(act: ScimAct, groupId: string, userIds: readonly string[]): Promise<void> {
  const { tx, vault } = act;
  const had = await listGroupUserIds(tx, vault, groupId);
  const added = userIds.filter((userId) => !had.includes(userId));
  const removed = had.filter((userId) => !userIds.includes(userId));
  for (const userId of added) {
    if ((await findUser(tx, vault, { id: userId })) === undefined) throw badValue();
    await addToGroup(tx, vault, { groupId, userId });
  }
  for (const userId of removed) await removeFromGroups(tx, vault, { groupId, userId });
  await applyGroups(act, [...added, ...removed]);
}

async function viewOf(act: ScimAct, group: ScimGroup): Promise<GroupView> {
  const [profile] = await openGroupProfiles(act.tx, act.vault, [group]);
  if (profile === undefined) throw notFound();
  const { id, createdAt, changedAt, version } = group;
  return {
    id,
    profile,
    userIds: await listGroupUserIds(act.tx, act.vault, id),
    createdAt,
    changedAt,
    version,
  };
}

function badValue(): ScimError {
  return new ScimError(400, "A value is missing or of the wrong kind.", "invalidValue");
}
