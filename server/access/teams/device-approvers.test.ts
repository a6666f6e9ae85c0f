import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { teamHouse } from "../../../tests/support/team-house.ts";
import type { Actor } from "../../identity/actor.ts";
import { approveDevice, refuseDevice } from "../../identity/devices/act-on-devices.ts";
import { insertDevice } from "../../identity/devices/device.ts";
import { listWaitingDevices } from "../../identity/devices/list-devices.ts";
import { inWorkspace } from "../../platform/database.ts";
import { changeMemberTeams } from "./change-member-teams.ts";

test("a Team Lead decides about new devices of the agents of their own teams, and is shown no others", async () => {
  await using at = await teamHouse();
  const [sales, care] = [await at.team("Sales"), await at.team("Care")];
  const lead = await at.join("team_lead", [sales]);
  const peer = await at.join("team_lead", [sales]);
  const seller = await at.join("agent", [sales]);
  const other = await at.join("agent", [sales]);
  const carer = await at.join("agent", [care]);
  const admin = await at.join("admin", []);
  const people = { lead, peer, seller, other, carer, admin, owner: at.owner };
  const ids = new Map<Actor, string>();
  for (const one of Object.values(people)) ids.set(one, await waiting(at, one));

  /** Whose waiting devices somebody is shown; what is listed is what may be decided about, and nothing else. */
  const decides = async (by: Actor) => {
    const listed = await listWaitingDevices(at.handles, by);
    const names = Object.entries(people).filter(([, one]) =>
      listed.some(({ member }) => member.id === one.memberId),
    );
    for (const one of Object.values(people).filter((each) => each !== by)) {
      if (listed.some(({ member }) => member.id === one.memberId)) continue;
      for (const decide of [approveDevice, refuseDevice])
        assert.equal(
          await refusalOf(decide(at.handles, by, ids.get(one) ?? "")),
          "identity.device_not_found",
        );
    }
    return names.map(([name]) => name);
  };
  assert.deepEqual(await decides(lead), ["lead", "seller", "other"]);
  assert.deepEqual(await decides(seller), ["seller"]);
  assert.deepEqual(await decides(admin), ["lead", "peer", "seller", "other", "carer", "admin"]);
  assert.deepEqual(await decides(at.owner), Object.keys(people));
  assert.ok(!(await at.house.events(at.owner.workspaceId)).includes("identity.device_approved success"));

  await approveDevice(at.handles, lead, ids.get(seller) ?? "");
  const given = { memberId: other.memberId, teamIds: [care] };
  await changeMemberTeams(at.handles, at.hooks, at.owner, given);
  const left = await refusalOf(approveDevice(at.handles, lead, ids.get(other) ?? ""));
  assert.equal(left, "identity.device_not_found", "who left the team is another lead's");
  await refuseDevice(at.handles, admin, ids.get(other) ?? "");
});

test("where there are no teams, a Team Lead decides about every agent's new device", async () => {
  await using at = await teamHouse();
  const [lead, agent] = [await at.join("team_lead"), await at.join("agent")];
  const device = await waiting(at, agent);
  assert.equal(await refusalOf(approveDevice(at.handles, lead, device)), "no refusal");
});

/** A device of a member's that nobody has decided about. */
async function waiting(at: Awaited<ReturnType<typeof teamHouse>>, member: Actor): Promise<string> {
  const vault = await at.handles.vault.openWorkspace(member.workspaceId);
  const facts = { userAgent: "Test/2", country: null };
  const given = { memberId: member.memberId, facts, now: at.house.now(), state: "waiting" } as const;
  const { id } = await inWorkspace(at.handles.db, member.workspaceId, (tx) =>
    insertDevice(tx, vault, { ...given, tokenHash: randomBytes(32) }),
  );
  return id;
}
