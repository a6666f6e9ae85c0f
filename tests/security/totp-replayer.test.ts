import assert from "node:assert/strict";
import { after, test } from "node:test";
import { readLog } from "../support/attack-rig.ts";
import { inviteMember, MEMBER_PASSWORD } from "../support/invite-member.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { openSession, totpCode } from "../support/test-session.ts";

/** The attacker: saw the password and a code as they were typed, and is quick. */
const at = new Date();
const running = await runWardroom({ clock: () => at });
after(() => running[Symbol.asyncDispose]());
const { wardroom, owner } = running;
const email = "tariq@marsahome.example";
const { memberId, totpSecret } = await inviteMember(wardroom, owner, {
  ...{ name: "Tariq", role: "agent", email, now: at },
});

async function half() {
  const browser = openSession(wardroom);
  await browser.post("/session", { email, password: MEMBER_PASSWORD });
  return browser;
}

test("a code works once: not the one that enrolled, not the one that signed in, not an older one", async () => {
  const enrolled = totpCode(totpSecret, at);
  const next = totpCode(totpSecret, new Date(at.getTime() + 30_000));
  const older = totpCode(totpSecret, new Date(at.getTime() - 30_000));
  const victim = await half();
  const thief = await half();

  const answers = [(await thief.api("POST", "/session/factor", { totp: enrolled })).body.code];
  assert.equal((await victim.api("POST", "/session/factor", { totp: next })).status, 200);
  for (const totp of [next, enrolled, older])
    answers.push((await thief.api("POST", "/session/factor", { totp })).body.code);
  assert.deepEqual(answers, Array(4).fill("identity.code_used"));
  assert.equal((await thief.get("/session")).state, "factor_needed");

  const reasons = (await readLog(running))
    .filter(({ kind, actor }) => kind === "identity.factor_refused" && actor === `member:${memberId}`)
    .map(({ detail }) => detail["reason"]);
  assert.deepEqual(reasons, Array(4).fill("replayed"));
});
