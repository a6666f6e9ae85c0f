import { inScope, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import type { Secret } from "../../platform/secret.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { actorName, type MemberId, type PersonId, type Role } from "../actor.ts";
import { CRITICAL } from "../forged-row.ts";
import { type IdentityHandles, record, type Visitor } from "../handles.ts";
import { findAddress, mailPerson } from "../mail-person.ts";
import { listMembers } from "../member.ts";
import { readPolicyRows } from "../policy/policy-rows.ts";
import { randomToken } from "../random-code.ts";
import type { Session } from "../session-row.ts";
import type { IdentityTables } from "../tables.ts";
import { describeBrowser } from "./describe-browser.ts";
import {
  DEVICE_MS,
  type Device,
  type DeviceFacts,
  insertDevice,
  isTrusted,
  listDevices,
  sealFacts,
  updateDevice,
} from "./device.ts";
import { hashDeviceToken } from "./device-token.ts";

export interface RecognisedDevice {
  readonly device: Device;
  /** For the browser to keep; undefined where it has one. */
  readonly token: Secret<string> | undefined;
}

interface Recognise {
  readonly member: {
    readonly workspaceId: WorkspaceId;
    readonly personId: PersonId;
    readonly memberId: MemberId;
    readonly role: Role;
  };
  readonly visitor: Visitor;
  readonly country: string | null;
  /** The session that goes on: on its own device there is nothing to renew. */
  readonly before: Session | undefined;
}

/**
 * The device that a member has just proved themselves on: known by its token, else new. A new one is told of, and waits
 * where the workspace wants it and somebody is there who could approve it.
 */
export async function recogniseDevice(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  vaults: { readonly installation: WorkspaceVault; readonly workspace: WorkspaceVault },
  given: Recognise,
): Promise<RecognisedDevice> {
  const { member, visitor, country, before } = given;
  const { memberId, workspaceId } = member;
  const now = handles.clock();
  const tokenHashes = (visitor.deviceTokens ?? []).map((token) =>
    hashDeviceToken(vaults.installation, token),
  );
  const facts = { userAgent: visitor.userAgent, country };
  return inScope(tx, workspaceId, async () => {
    const known = await findKnown(handles, tx, vaults.workspace, { memberId, tokenHashes, now });
    if (known?.state === "waiting" || (known !== undefined && known.id === before?.deviceId))
      return { device: known, token: undefined };
    if (known !== undefined) {
      const sealed = await sealFacts(tx, vaults.workspace, { id: known.id, memberId, facts, now });
      const renewed = { ...known, ...sealed, seenAt: now, expiresAt: new Date(now.getTime() + DEVICE_MS) };
      return { device: await updateDevice(tx, vaults.workspace, renewed), token: undefined };
    }
    const waits = await mustWait(handles, tx, vaults.workspace, member);
    const token = randomToken();
    const device = await insertDevice(tx, vaults.workspace, {
      ...{ memberId, facts, now, state: waits ? "waiting" : "trusted" },
      tokenHash: hashDeviceToken(vaults.installation, token.reveal()),
    });
    await record(handles, tx, workspaceId, {
      kind: "identity.device_added",
      actor: actorName(member),
      subject: `device:${device.id}`,
      outcome: "success",
      detail: { state: device.state },
    });
    const { workspaceId: within } = vaults.workspace;
    await mailNewDevice(handles, tx, vaults.installation, { personId: member.personId, within, ...facts });
    return { device, token };
  });
}

/** To the member, in the transaction of the sign-in. */
async function mailNewDevice(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly within: WorkspaceId } & DeviceFacts,
): Promise<void> {
  if (handles.mail === undefined) return;
  const { personId, within, userAgent, country } = given;
  const { browser, system } = describeBrowser(userAgent);
  const language = (await findAddress(tx, installation, personId))?.language ?? "en";
  const countryName =
    country === null ? null : new Intl.DisplayNames(language, { type: "region" }).of(country);
  await mailPerson(handles, tx, installation, personId, {
    ...{ kind: "new_device", within },
    facts: {
      at: handles.clock(),
      device: [browser, system].filter((word) => word !== null).join(" · ") || null,
      country: countryName ?? country,
    },
  });
}

async function findKnown(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly memberId: MemberId; readonly tokenHashes: readonly Buffer[]; readonly now: Date },
): Promise<Device | undefined> {
  const { memberId, tokenHashes, now } = given;
  if (tokenHashes.length === 0) return undefined;
  const { devices, forged } = await listDevices(tx, vault, { memberId, tokenHashes });
  for (const id of forged)
    await inScope(tx, INSTALLATION, () =>
      record(handles, tx, INSTALLATION, {
        kind: "identity.forged_row",
        actor: "anonymous",
        subject: `identity_device:${id}`,
        outcome: "refusal",
        detail: CRITICAL,
      }),
    );
  return devices.find((device) => isTrusted(device, now)) ?? devices.find(({ state }) => state === "waiting");
}

/** Where nobody could approve it, waiting would be for ever: password and factor are enough then, and the log has it. */
async function mustWait(
  { clock, readApprovers }: IdentityHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  member: Recognise["member"],
): Promise<boolean> {
  const { values, forged } = await readPolicyRows(tx, vault);
  const required = values.deviceApproval?.required ?? forged.includes("deviceApproval");
  if (!required) return false;
  const own = await listDevices(tx, vault, { memberId: member.memberId, state: "trusted" });
  const now = clock();
  if (own.devices.some((device) => isTrusted(device, now))) return true;
  const mayApprove = await readApprovers(tx, vault);
  const self = { id: member.memberId, role: member.role };
  const others = (await listMembers(tx, vault)).filter(
    ({ id, state }) => id !== self.id && state === "active",
  );
  return others.some((other) => mayApprove(other, self));
}
