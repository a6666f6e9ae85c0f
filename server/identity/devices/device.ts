import type { Selectable } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId } from "../actor.ts";
import { ForgedRow } from "../forged-row.ts";
import type { DeviceState, IdentityTables } from "../tables.ts";

/** How long a device stays known without a full sign-in on it, in ms: 90 days. */
export const DEVICE_MS = 90 * 24 * 60 * 60 * 1000;

/** User agents are cut to this: enough to recognise a browser by, in characters. */
const MAX_USER_AGENT = 300;

/** A browser that a member has used, its MAC checked. */
export interface Device {
  readonly id: string;
  readonly memberId: MemberId;
  readonly tokenHash: Buffer;
  readonly state: DeviceState;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly decidedBy: MemberId | null;
  readonly userAgentSealed: Buffer | null;
  readonly countrySealed: Buffer | null;
  /** When it was last signed in on. Gives no power: the MAC leaves it out. */
  readonly seenAt: Date;
  readonly version: number;
}

type Row = Omit<Selectable<IdentityTables["identity_device"]>, "workspace_id">;

const COLUMNS = [
  "id",
  "member_id",
  "token_hash",
  "state",
  "created_at",
  "expires_at",
  "decided_by",
  "seen_at",
  "user_agent_sealed",
  "country_sealed",
  "version",
  "mac",
] as const;

const LABEL = "identity_device";

/** What is told of a device to people: sealed with the member. */
export interface DeviceFacts {
  readonly userAgent: string | undefined;
  readonly country: string | null;
}

/** A new device and the route that leads to it. `tx` must be scoped to the vault's workspace. */
export async function insertDevice(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: {
    readonly memberId: MemberId;
    readonly tokenHash: Buffer;
    readonly state: DeviceState;
    readonly facts: DeviceFacts;
    readonly now: Date;
  },
): Promise<Device> {
  const { memberId, tokenHash, state, now } = given;
  const id = newId<string>();
  const device: Device = {
    ...{ id, memberId, tokenHash, state, createdAt: now, seenAt: now, decidedBy: null, version: 1 },
    expiresAt: new Date(now.getTime() + DEVICE_MS),
    ...(await sealFacts(tx, vault, { id, memberId, facts: given.facts, now })),
  };
  const workspace_id = vault.workspaceId;
  await tx
    .insertInto("identity_device")
    .values({ workspace_id, ...columnsOf(vault, device), version: 1n })
    .execute();
  await tx
    .insertInto("identity_device_route")
    .values({ token_hash: tokenHash, workspace_id, device_id: id })
    .execute();
  return device;
}

/** Writes a changed device as its next version. `tx` must be scoped, and hold the row. */
export async function updateDevice(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  changed: Device,
): Promise<Device> {
  const device = { ...changed, version: changed.version + 1 };
  const { id: _, ...columns } = columnsOf(vault, device);
  await tx
    .updateTable("identity_device")
    .set({ ...columns, version: BigInt(device.version) })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", device.id)
    .executeTakeFirstOrThrow();
  return device;
}

/** One device, locked until the transaction ends. Throws ForgedRow. `tx` must be scoped to the vault's workspace. */
export async function lockDevice(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  id: string,
): Promise<Device | undefined> {
  const row = await tx
    .selectFrom("identity_device")
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", id)
    .select(COLUMNS)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const device = findDeviceOfRow(vault, row);
  if (device === undefined) throw new ForgedRow("identity_device", row.id);
  return device;
}

/** The devices that answer `where`, newest first, and the ids of those that somebody else wrote. */
export async function listDevices(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  where: {
    readonly memberId?: MemberId;
    readonly state?: DeviceState;
    readonly tokenHashes?: readonly Buffer[];
  },
): Promise<{ readonly devices: Device[]; readonly forged: string[] }> {
  const rows = await tx
    .selectFrom("identity_device")
    .where("workspace_id", "=", vault.workspaceId)
    .$if(where.memberId !== undefined, (query) => query.where("member_id", "=", where.memberId as string))
    .$if(where.state !== undefined, (query) => query.where("state", "=", where.state as DeviceState))
    .$if(where.tokenHashes !== undefined, (query) =>
      query.where("token_hash", "in", where.tokenHashes as Buffer[]),
    )
    .select(COLUMNS)
    .orderBy("id", "desc")
    .execute();
  const devices = rows.flatMap((row) => findDeviceOfRow(vault, row) ?? []);
  const known = new Set(devices.map(({ id }) => id));
  return { devices, forged: rows.flatMap(({ id }) => (known.has(id) ? [] : [id])) };
}

/** Whether a full sign-in on it needs nobody's word. */
export function isTrusted(device: Device, now: Date): boolean {
  return device.state === "trusted" && device.expiresAt > now;
}

/** Which browser and country, sealed under the member. `tx` must be scoped to the vault's workspace. */
export async function sealFacts(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: {
    readonly id: string;
    readonly memberId: MemberId;
    readonly facts: DeviceFacts;
    readonly now: Date;
  },
): Promise<Pick<Device, "userAgentSealed" | "countrySealed">> {
  const { id, facts } = given;
  const subject = { subjectId: given.memberId, keyClass: "member", at: given.now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const { userAgent, country } = facts;
  return {
    userAgentSealed:
      userAgent === undefined
        ? null
        : keys.seal(subject, userAgentPlace(id), userAgent.slice(0, MAX_USER_AGENT)),
    countrySealed: country === null ? null : keys.seal(subject, countryPlace(id), country),
  };
}

/** Opens what sealFacts sealed, for some devices at once. */
export async function openFacts(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  devices: readonly Device[],
): Promise<Map<string, DeviceFacts>> {
  const sealed = devices.flatMap((device) => [device.userAgentSealed, device.countrySealed]);
  const keys = await vault.keysOf(narrow<VaultTables>(tx), sealed);
  return new Map(
    devices.map(({ id, userAgentSealed, countrySealed }) => [
      id,
      {
        userAgent: userAgentSealed === null ? undefined : keys.openText(userAgentPlace(id), userAgentSealed),
        country: countrySealed === null ? null : keys.openText(countryPlace(id), countrySealed),
      },
    ]),
  );
}

function findDeviceOfRow(vault: WorkspaceVault, row: Row): Device | undefined {
  const device: Device = {
    id: row.id,
    memberId: row.member_id as MemberId,
    tokenHash: row.token_hash,
    state: row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    decidedBy: row.decided_by as MemberId | null,
    userAgentSealed: row.user_agent_sealed,
    countrySealed: row.country_sealed,
    seenAt: row.seen_at,
    version: Number(row.version),
  };
  const isOurs = vault.isMac(LABEL, macFields(vault, device), row.mac);
  return isOurs && vault.isNewest(LABEL, device) ? device : undefined;
}

function columnsOf(vault: WorkspaceVault, device: Device) {
  return {
    id: device.id,
    member_id: device.memberId,
    token_hash: device.tokenHash,
    state: device.state,
    created_at: device.createdAt,
    expires_at: device.expiresAt,
    decided_by: device.decidedBy,
    seen_at: device.seenAt,
    user_agent_sealed: device.userAgentSealed,
    country_sealed: device.countrySealed,
    mac: vault.mac(LABEL, macFields(vault, device)),
  };
}

function macFields(vault: WorkspaceVault, device: Device): Array<string | number | Buffer | Date | null> {
  return [
    vault.workspaceId,
    device.id,
    device.memberId,
    device.tokenHash,
    device.state,
    device.createdAt,
    device.expiresAt,
    device.decidedBy,
    device.userAgentSealed,
    device.countrySealed,
    device.version,
  ];
}

function userAgentPlace(rowId: string) {
  return { table: "identity_device", column: "user_agent_sealed", rowId };
}

function countryPlace(rowId: string) {
  return { table: "identity_device", column: "country_sealed", rowId };
}
