import { openNetworkGate } from "../../server/access/network/network-gate.ts";
import { readDeviceApprovers } from "../../server/access/teams/device-approvers.ts";
import { countRefusals } from "../../server/audit/counted-refusals.ts";
import { WorkspaceDeletions } from "../../server/compose/delete-workspaces.ts";
import { keepKeyBundle } from "../../server/compose/keep-key-bundle.ts";
import { openCountries } from "../../server/identity/devices/countries.ts";
import type { IdentityHandles } from "../../server/identity/handles.ts";
import { relyingPartyOf } from "../../server/identity/passkeys/relying-party.ts";
import { openPasswords } from "../../server/identity/password.ts";
import { openPasswordStrength } from "../../server/identity/passwords/strength.ts";
import { Policies } from "../../server/identity/policy/policies.ts";
import type { IdentityTables } from "../../server/identity/tables.ts";
import { systemClock } from "../../server/platform/clock.ts";
import { narrow } from "../../server/platform/database.ts";
import { openLog } from "../../server/platform/log.ts";
import { type KeyRoomSettings, openKeyRoom } from "./key-room.ts";

export interface DeletionHouseSettings extends KeyRoomSettings {
  readonly mediaDir: string;
}

/** What a process deletes workspaces with, without an hour or a minute to wait. */
export async function openDeletionHouse(settings: DeletionHouseSettings) {
  const room = await openKeyRoom(settings);
  const { foundation } = room;
  const people = {
    ...{ vault: foundation.vault, audit: foundation.audit, clock: systemClock },
    ...{ refusals: countRefusals(systemClock), db: narrow<IdentityTables>(room.db) as IdentityHandles["db"] },
  };
  const handles: IdentityHandles = {
    ...people,
    passwords: openPasswords(),
    policies: new Policies(people),
    countries: openCountries(),
    networks: openNetworkGate(people),
    readApprovers: readDeviceApprovers,
    strength: openPasswordStrength(),
    party: relyingPartyOf(new URL("https://localhost:8443")),
  };
  const deletions = new WorkspaceDeletions({
    ...{ handles, mediaDir: settings.mediaDir, log: openLog("silent"), graceMs: 0, settleMs: 0 },
    writeKeyBundle: () => keepKeyBundle({ foundation, clock: systemClock }),
  });
  return { room, handles, deletions, [Symbol.asyncDispose]: () => room[Symbol.asyncDispose]() };
}
