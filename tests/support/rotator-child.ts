import { listKeyHolders, rotateRootKey, rotateWorkspaceKeys } from "../../server/compose/rotate-keys.ts";
import { systemClock } from "../../server/platform/clock.ts";
import { type KeyRoomSettings, openKeyRoom } from "./key-room.ts";

/** A process of its own that rotates all keys, the root key too, again and again, until it is killed. */
const settings = JSON.parse(process.env["ROTATOR_CHILD"] ?? "{}") as KeyRoomSettings & {
  readonly leaseSeconds: number;
};
const { foundation } = await openKeyRoom(settings);
const options = {
  ...{ foundation, clock: systemClock, actor: "operator", leaseSeconds: settings.leaseSeconds },
};
console.log("ready");
for (;;) {
  const workspaceIds = await listKeyHolders(foundation);
  for (const { state } of await rotateWorkspaceKeys(options, { workspaceIds, wish: "now" }))
    console.log(`workspace ${state}`);
  console.log(`root ${(await rotateRootKey(options)).state}`);
}
