import assert from "node:assert/strict";
import { after, test } from "node:test";
import { asSuperuser, readLog } from "../support/attack-rig.ts";
import { inviteMember, MEMBER_PASSWORD } from "../support/invite-member.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { openSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/** The attacker: somebody's right password, from another site's breach, and nothing else. */
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { wardroom, owner } = running;
const email = "basma@marsahome.example";
const { memberId } = await inviteMember(wardroom, owner, { name: "Basma", role: "admin", email });

async function half() {
  const thief = openSession(wardroom);
  const { state } = await thief.post("/session", { email, password: MEMBER_PASSWORD });
  assert.equal(state, "factor_needed");
  return thief;
}

test("the right password alone reads nothing, changes nothing and enrols nothing", async () => {
  const thief = await half();
  const tries: ReadonlyArray<[method: string, path: string, body?: object]> = [
    ["GET", "/members"],
    ["GET", "/conversations?view=mine"],
    ["GET", "/me/factors"],
    ["POST", "/me/factors/enrolment"],
    ["POST", "/session/enrolment"],
    ["POST", "/me/recovery-codes"],
    ["PATCH", "/me", { name: "Mine" }],
    ["POST", "/me/password", { current: MEMBER_PASSWORD, next: "velvet lantern orchard" }],
    ["POST", "/invitations", { name: "Friend", role: "owner" }],
  ];
  for (const [method, path, body] of tries) {
    const answer = await thief.api(method, path, body);
    assert.deepEqual([answer.status, answer.body.code], [401, "session.factor_needed"], `${method} ${path}`);
  }
  const media = await thief.call("GET", "/api/v1/media/019ab000-0000-7000-8000-000000000000");
  assert.deepEqual([media.status, media.body.code], [401, "session.factor_needed"]);
  await until(async () => {
    const refused = (await readLog(running)).filter(
      ({ kind, actor, detail }) =>
        kind === "access.refused" &&
        actor === `member:${memberId}` &&
        detail["code"] === "session.factor_needed",
    );
    return new Set(refused.map(({ subject }) => subject)).size === tries.length + 1;
  });
  await thief.close();
});

test("guessed codes wait after the fifth, whatever session they come from, and each refusal is on record", async () => {
  const first = await half();
  const answers: string[] = [];
  for (let n = 0; n < 7; n += 1) {
    const { body } = await first.api("POST", "/session/factor", { recoveryCode: `00000-0000${n}` });
    answers.push(body.code);
  }
  assert.deepEqual(answers.slice(0, 5), Array(5).fill("identity.code_wrong"));
  assert.ok(answers.slice(5).includes("identity.too_many_attempts"));
  const second = await half();
  const { body } = await second.api("POST", "/session/factor", { recoveryCode: "00000-00009" });
  assert.ok(["identity.too_many_attempts", "identity.code_wrong"].includes(body.code));
  const refused = (await readLog(running)).filter(
    ({ kind, actor }) => kind === "identity.factor_refused" && actor === `member:${memberId}`,
  );
  assert.ok(refused.length >= 5);
  assert.ok(refused.every(({ detail }) => detail["reason"] === "wrong"));
});

test("whoever also deletes the account's factors from the database may still not enrol their own", async () => {
  await asSuperuser(running, async (client) => {
    const { rowCount } = await client.query(
      `delete from identity_credential c using identity_membership_route r
       where r.person_id = c.person_id and r.member_id = $1 and c.kind <> 'password'`,
      [memberId],
    );
    assert.equal(rowCount, 11);
    await client.query("delete from identity_attempt");
  });
  const thief = openSession(wardroom);
  const state = await thief.post("/session", { email, password: MEMBER_PASSWORD });
  assert.deepEqual(state, { state: "factor_needed", factors: [] });
  const answer = await thief.api("POST", "/session/enrolment");
  assert.deepEqual([answer.status, answer.body.code], [401, "session.factor_needed"]);
  await thief.close();
});
