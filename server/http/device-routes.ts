import { contract } from "../../contract/contract.ts";
import type { Device, WaitingDevice as WaitingReply } from "../../contract/devices.ts";
import {
  approveDevice,
  endSessions,
  forgetDevice,
  refuseDevice,
} from "../identity/devices/act-on-devices.ts";
import { continueSession } from "../identity/devices/continue-session.ts";
import {
  type DeviceView,
  listDevicesOf,
  listWaitingDevices,
  type WaitingDevice,
} from "../identity/devices/list-devices.ts";
import { lockNow } from "../identity/devices/lock-session.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import type { Api } from "./api.ts";
import { setSessionCookies } from "./cookies.ts";
import { stateReply } from "./me-reply.ts";

/** Devices and sessions, one's own and those of others; locking, and waiting to be approved. */
export function registerDeviceRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.listOwnDevices, { access: "device.list" }, async ({ actor }) => ({
    devices: (await listDevicesOf(handles, actor, actor.memberId)).map(deviceReply),
  }));
  api.route(contract.endOwnSession, { access: "session.end_own" }, async ({ actor, params }) => {
    await endSessions(handles, actor, { memberId: actor.memberId, sessionId: params.id });
    return {};
  });
  api.route(contract.endOtherSessions, { access: "session.end_own" }, async ({ actor }) => ({
    ended: await endSessions(handles, actor, { memberId: actor.memberId }),
  }));
  api.route(contract.forgetOwnDevice, { access: "session.end_own" }, async ({ actor, params }) => {
    await forgetDevice(handles, actor, { memberId: actor.memberId, deviceId: params.id });
    return {};
  });

  api.route(contract.listMemberDevices, { access: "session.view_others" }, async ({ actor, params }) => ({
    devices: (await listDevicesOf(handles, actor, params.id)).map(deviceReply),
  }));
  api.route(contract.endMemberSessions, { access: "session.manage" }, async ({ actor, params }) => ({
    ended: await endSessions(handles, actor, { memberId: params.id }),
  }));
  api.route(contract.endMemberSession, { access: "session.manage" }, async ({ actor, params }) => {
    await endSessions(handles, actor, { memberId: params.id, sessionId: params.sessionId });
    return {};
  });
  api.route(contract.forgetMemberDevice, { access: "session.manage" }, async ({ actor, params }) => {
    await forgetDevice(handles, actor, { memberId: params.id, deviceId: params.deviceId });
    return {};
  });

  api.route(contract.listWaitingDevices, { access: "device.list" }, async ({ actor }) => ({
    devices: (await listWaitingDevices(handles, actor)).map(waitingReply),
  }));
  api.route(contract.approveDevice, { access: "device.approve" }, async ({ actor, params }) => {
    await approveDevice(handles, actor, params.id);
    return {};
  });
  api.route(contract.refuseDevice, { access: "device.refuse" }, async ({ actor, params }) => {
    await refuseDevice(handles, actor, params.id);
    return {};
  });

  api.route(contract.continueSession, { access: "device_pending" }, async (call) => {
    if (call.actor.stage === "open") return stateReply(handles, call.actor);
    const started = await continueSession(handles, call.actor, call);
    setSessionCookies(call, started);
    return stateReply(handles, started.actor);
  });
  api.route(contract.lockSession, { access: "signed_in" }, async ({ actor }) => {
    await lockNow(handles, actor);
    return {};
  });
}

function deviceReply(device: DeviceView): Device {
  return {
    ...device,
    firstSeenAt: device.firstSeenAt.toISOString(),
    seenAt: device.seenAt.toISOString(),
    sessions: device.sessions.map((session) => ({
      ...session,
      startedAt: session.startedAt.toISOString(),
      seenAt: session.seenAt.toISOString(),
      endsAt: session.endsAt.toISOString(),
    })),
  };
}

function waitingReply(device: WaitingDevice): WaitingReply {
  return { ...device, since: device.since.toISOString() };
}
