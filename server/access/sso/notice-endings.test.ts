import assert from "node:assert/strict";
import { test } from "node:test";
import { type RecoveryHouse, recoveryHouse } from "../../../tests/support/recovery-house.ts";
import { hashScimToken, insertToken, newScimToken, SCIM_TOKEN_MS } from "../../identity/scim/token.ts";
import { connectionIdOf, saveConnection } from "../../identity/sso/connection.ts";
import { TRUST_MS } from "../../identity/sso/settings.ts";
import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { dueNotice } from "./decide-ending.ts";
import { noticeEndings } from "./notice-endings.ts";

const DAY_S = 24 * 60 * 60;
const DAY_MS = DAY_S * 1000;

test("an end is told 14 days and 3 days before, not earlier, not after, and never two words at once", () => {
  const endsAt = new Date("2027-02-20T10:00:00Z");
  const at = (leftMs: number) => dueNotice(endsAt, new Date(endsAt.getTime() - leftMs));
  assert.deepEqual(
    [15 * DAY_MS, 14 * DAY_MS + 1, 14 * DAY_MS, 3 * DAY_MS + 1, 3 * DAY_MS, 1, 0, -1].map(at),
    [undefined, undefined, 14, 14, 3, 3, undefined, undefined],
  );
});

async function arranged(r: RecoveryHouse): Promise<{ workspaceId: typeof r.owner.actor.workspaceId }> {
  const { actor } = r.owner;
  const { workspaceId, memberId } = actor;
  const vault = await r.handles.vault.openWorkspace(workspaceId);
  const installation = await r.handles.vault.openWorkspace(INSTALLATION);
  const now = r.house.now();
  await inWorkspace(r.handles.db, workspaceId, async (tx) => {
    const tokenHash = hashScimToken(installation, newScimToken().reveal());
    await insertToken(tx, vault, { tokenHash, madeBy: memberId, now });
    // A day younger, so that the two are told on different days.
    const attestedAt = new Date(now.getTime() + DAY_MS).toISOString();
    await saveConnection(tx, vault, {
      ...{ protocol: "saml", workspaceId, id: connectionIdOf(vault, "saml"), enabled: true },
      ...{ secretSealed: null, changedAt: now, changedBy: memberId, version: now.getTime() },
      settings: {
        ...{ label: "Contoso", provedAt: now.toISOString(), directoryClaim: null },
        ...{ entityId: "https://idp.example", signInUrl: "https://idp.example/sso", certificates: ["x"] },
        trust: { acrValues: ["mfa"], amrValues: [], attestedBy: memberId, attestedAt },
      },
    });
  });
  assert.equal(SCIM_TOKEN_MS, TRUST_MS);
  return { workspaceId };
}

test("what ends is told once to whoever can renew it, by several processes at once and after one was killed", async () => {
  await using r = await recoveryHouse();
  const { workspaceId } = await arranged(r);
  const run = () => noticeEndings(r.handles, workspaceId);
  const told = async () =>
    (await r.house.events(workspaceId)).filter((event) => event.startsWith("access.ending_noticed")).length;
  const admin = await r.join("admin", "adel@shop.example");
  const agent = await r.join("agent", "layla@shop.example");
  const mailed = async () => {
    const counts: number[] = [];
    for (const { email } of [r.owner, admin, agent]) counts.push(await r.countTo(email));
    return counts;
  };
  const [owners = 0, admins = 0, agents = 0] = await mailed();
  const after = (count: number) => [owners + count, admins + count, agents];

  r.house.pass(75 * DAY_S);
  await run();
  assert.equal(await told(), 0);

  r.house.pass(DAY_S); // 14 days before the token's end
  await r.house.asSuperuser("revoke insert on mail_message from wardroom_app");
  await assert.rejects(run(), /permission denied/);
  await r.house.asSuperuser("grant insert on mail_message to wardroom_app");
  assert.deepEqual([await told(), await mailed()], [0, after(0)], "cut off before its end it told nobody");
  await Promise.all([run(), run(), run()]);
  assert.deepEqual([await told(), await mailed()], [1, after(1)]);

  r.house.pass(DAY_S); // and of the trust's
  await run();
  assert.deepEqual([await told(), await mailed()], [2, after(2)]);

  r.house.pass(11 * DAY_S); // 2 days before the one, and 3 before the other
  await run();
  await run();
  assert.deepEqual([await told(), await mailed()], [4, after(4)]);
  r.house.pass(10 * DAY_S);
  await run();
  assert.equal(await told(), 4, "what has ended is no news");
});
