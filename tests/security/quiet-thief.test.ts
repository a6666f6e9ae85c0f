import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Authenticator } from "../support/authenticator.ts";
import { openPostOffice } from "../support/post-office.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";

/** The attacker: somebody in an open session who gives themselves a way back in, and hopes that nobody is told. */
const office = await openPostOffice();
after(() => office[Symbol.asyncDispose]());
const running = await runWardroom({
  settings: { WARDROOM_SMTP_URL: office.url, WARDROOM_MAIL_FROM: "wardroom@marsahome.example" },
});
after(() => running[Symbol.asyncDispose]());
const { owner, made, config } = running;
const { email } = made.owner;

/** The next mail to the person, and that it says what to do when it was not them. */
async function told(): Promise<string> {
  const { subject, text } = await office.next(email);
  assert.match(text, /If this was not you, tell an Admin of your workspace now/, subject);
  return subject;
}

test("a sign-in on a device that was never seen is told to its person by mail", async () => {
  const { subject, text } = await office.next(email);
  assert.equal(subject, "Sign-in on a new device");
  assert.match(text, /If this was not you, end that session there and change your password/);
});

test("a passkey that is added or removed, new recovery codes and a new password are told to their person by mail", async () => {
  const device = new Authenticator(config.publicUrl.origin);
  const { enrolment } = await owner.post("/me/factors/enrolment");
  const passkey = device.make(await owner.post("/enrolment/passkey", { enrolment }));
  await owner.post("/me/factors", { enrolment, passkey });
  assert.equal(await told(), "A second factor was added");

  await owner.post("/me/recovery-codes");
  assert.equal(await told(), "A second factor was added");

  const { factors } = await owner.get("/me/factors");
  const added = factors.find(({ kind }: { kind: string }) => kind === "passkey");
  assert.equal((await owner.api("DELETE", `/me/factors/${added.id}`)).status, 200);
  assert.equal(await told(), "A second factor was removed");

  const password = { current: OWNER_PASSWORD, next: "boats under stone bridges" };
  assert.equal((await owner.api("POST", "/me/password", password)).status, 200);
  assert.equal(await told(), "Your password was changed");
});
