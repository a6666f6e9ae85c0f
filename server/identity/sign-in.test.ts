import assert from "node:assert/strict";
import { argon2Sync } from "node:crypto";
import { test } from "node:test";
import {
  type IdentityHouse,
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
  VISITOR,
  WORKSPACE,
} from "../../tests/support/identity-house.ts";
import { refusalOf } from "../../tests/support/refusal-of.ts";
import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { Secret } from "../platform/secret.ts";
import { createWorkspaceWithOwner } from "./create-workspace.ts";
import { lockCredentials, pepperOf, updateCredential } from "./credentials.ts";
import { describeMe } from "./describe-me.ts";
import { findActor } from "./find-actor.ts";
import { proveFactor } from "./prove-factor.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { totpCodeAt } from "./totp.ts";

const WRONG = new Secret("wrong horse battery");

/** A session that proved the password only. */
async function half(house: IdentityHouse, email: string = OWNER.email) {
  const { token } = await signIn(house.handles, VISITOR, { email, password: OWNER.password });
  const actor = await findActor(house.handles, token.reveal(), house.now());
  assert.ok(actor);
  return { token, actor };
}

test("a password makes half a session, the second factor a whole one under another token", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);

  const first = await half(house);
  assert.deepEqual([first.actor.assurance, first.actor.factorAt], [1, null]);
  const totp = totpCodeAt(owner.totpSecret, house.now());
  const second = await proveFactor(house.handles, first.actor, VISITOR, { totp });

  assert.notEqual(second.token.reveal(), first.token.reveal());
  assert.equal(await findActor(house.handles, first.token.reveal(), house.now()), undefined);
  const actor = await findActor(house.handles, second.token.reveal(), house.now());
  assert.deepEqual(actor, {
    ...first.actor,
    ...{ sessionId: actor?.sessionId, deviceId: actor?.deviceId },
    ...{ assurance: 2, stage: "open", method: "totp" },
    factorAt: house.now(),
  });
  assert.deepEqual(await house.events(owner.workspaceId), [
    "identity.workspace_created success",
    "identity.password_proved success",
    "identity.device_added success",
    "identity.signed_in success",
  ]);
});

test("an unknown account and a wrong password get one answer, for one hash of work and the same writes", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  let hashed = 0;
  const { passwords } = house.handles;
  const verify: typeof passwords.verify = (...given) => {
    hashed += 1;
    return passwords.verify(...given);
  };
  const handles = { ...house.handles, passwords: { ...passwords, verify } };

  const answers = [];
  for (const email of [OWNER.email, "nobody@shop.example"]) {
    const refusal = await signIn(handles, VISITOR, { email, password: WRONG }).catch((error) => error);
    assert.ok(refusal instanceof Refusal);
    answers.push({ kind: refusal.kind, code: refusal.code, hashed });
    hashed = 0;
  }
  assert.deepEqual(answers[0], answers[1]);
  assert.deepEqual(answers[0], { kind: "unauthenticated", code: "identity.sign_in_refused", hashed: 1 });
  assert.deepEqual((await house.events()).slice(1), [
    "identity.sign_in_refused refusal",
    "identity.sign_in_refused refusal",
  ]);
});

test("case and form of an e-mail address do not matter, those of a password do", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  const password = (text: string) => ({ email: " ANA@Shop.example ", password: new Secret(text) });

  assert.equal(
    await refusalOf(signIn(house.handles, VISITOR, password(OWNER.password.reveal()))),
    "no refusal",
  );
  assert.equal(
    await refusalOf(signIn(house.handles, VISITOR, password(OWNER.password.reveal().toUpperCase()))),
    "identity.sign_in_refused",
  );
});

test("a hash made at a lower cost is made anew at the next sign-in", async () => {
  await using house = await identityHouse();
  const { personId } = await makeOwner(house);
  const installation = await house.handles.vault.openWorkspace(INSTALLATION);
  const stored = async () => {
    const [credential] = await inWorkspace(house.handles.db, INSTALLATION, (tx) =>
      lockCredentials(tx, installation, personId, "password"),
    );
    assert.ok(credential);
    return credential;
  };
  const cost = { memory: 8192, passes: 1, parallelism: 1, tagLength: 32, nonce: Buffer.alloc(16, 5) };
  const secret = pepperOf(installation, personId);
  const tag = argon2Sync("argon2id", { message: OWNER.password.reveal(), secret, ...cost });
  const encode = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  const cheap = Buffer.from(`$argon2id$v=19$m=8192,t=1,p=1$${encode(cost.nonce)}$${encode(tag)}`);
  const credential = { ...(await stored()), secret: cheap };
  await inWorkspace(house.handles.db, INSTALLATION, (tx) => updateCredential(tx, installation, credential));

  await half(house);
  assert.match((await stored()).secret.toString(), /m=47104,t=3/);
  await half(house);
});

test("a code of the authenticator counts once, also when it comes twice at the same moment", async () => {
  await using house = await identityHouse();
  const { totpSecret } = await makeOwner(house);
  const totp = totpCodeAt(totpSecret, house.now());
  const [one, other, late] = [await half(house), await half(house), await half(house)];
  const prove = (session: typeof one, code: string) =>
    refusalOf(proveFactor(house.handles, session.actor, VISITOR, { totp: code }));

  const outcomes = await Promise.all([prove(one, totp), prove(other, totp)]);
  assert.deepEqual(outcomes.sort(), ["identity.code_used", "no refusal"]);
  assert.equal(await prove(late, totp), "identity.code_used", "replayed");

  const before = totpCodeAt(totpSecret, new Date(house.now().getTime() - 30_000));
  assert.equal(await prove(late, before), "identity.code_used", "an older step does not come after a newer");
  const twoAhead = totpCodeAt(totpSecret, new Date(house.now().getTime() + 60_000));
  assert.equal(await prove(late, twoAhead), "identity.code_wrong", "outside the window");
  const next = totpCodeAt(totpSecret, new Date(house.now().getTime() + 30_000));
  assert.equal(await prove(late, next), "no refusal");
});

test("a recovery code counts once, also when it comes twice at the same moment", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  const [recoveryCode = "", unused = ""] = owner.recoveryCodes.reveal();
  const [one, other, late] = [await half(house), await half(house), await half(house)];
  const prove = (session: typeof one, code: string) =>
    proveFactor(house.handles, session.actor, VISITOR, { recoveryCode: code });

  const typed = recoveryCode.toUpperCase().replace("-", " ");
  const outcomes = await Promise.all([refusalOf(prove(one, typed)), refusalOf(prove(other, recoveryCode))]);
  assert.deepEqual(outcomes.sort(), ["identity.code_used", "no refusal"]);
  assert.equal(await refusalOf(prove(late, "00000-00000")), "identity.code_wrong");
  const { actor } = await prove(late, unused);
  assert.equal((await describeMe(house.handles, actor)).recoveryCodesLeft, 8);
});

test("one session proves its factor once: two recovery codes at the same moment cost one", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  const { actor } = await half(house);
  const codes = owner.recoveryCodes.reveal().slice(0, 2);

  const outcomes = await Promise.all(
    codes.map((recoveryCode) => refusalOf(proveFactor(house.handles, actor, VISITOR, { recoveryCode }))),
  );
  assert.deepEqual(outcomes.sort(), ["no refusal", "session.none"]);
  assert.equal((await describeMe(house.handles, actor)).recoveryCodesLeft, 9);
});

test("after five failures the account waits, longer each time, and never for ever", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  const attempt = async (password: Secret<string>, address = VISITOR.address) => {
    const given = { email: OWNER.email, password };
    const refusal = await signIn(house.handles, { ...VISITOR, address }, given).catch((error) => error);
    return refusal instanceof Refusal ? `${refusal.code} ${refusal.retryAfterSeconds ?? ""}`.trim() : "in";
  };

  for (let n = 0; n < 5; n += 1) assert.equal(await attempt(WRONG), "identity.sign_in_refused");
  assert.equal(await attempt(OWNER.password), "identity.too_many_attempts 1", "even the right one");
  assert.equal(await attempt(OWNER.password, "198.51.100.7"), "in", "from elsewhere its owner gets in");
  house.pass(1);
  assert.equal(await attempt(WRONG), "identity.sign_in_refused");
  assert.equal(await attempt(WRONG), "identity.too_many_attempts 2");
  house.pass(2);
  assert.equal(await attempt(WRONG), "identity.sign_in_refused");
  assert.equal(await attempt(WRONG), "identity.too_many_attempts 4");
  house.pass(4);
  assert.equal(await attempt(OWNER.password), "in");
  assert.equal(await attempt(WRONG), "identity.sign_in_refused", "a success forgets");
});

test("one address that fails with twenty accounts waits, and so does an account tried from twenty addresses", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  const attempt = (email: string, address: string, password = WRONG) =>
    refusalOf(signIn(house.handles, { ...VISITOR, address }, { email, password }));

  for (let n = 0; n < 20; n += 1) await attempt(`nobody${n}@shop.example`, "198.51.100.1");
  assert.equal(await attempt(OWNER.email, "198.51.100.1", OWNER.password), "identity.too_many_attempts");
  assert.equal(await attempt(OWNER.email, "198.51.100.2", OWNER.password), "no refusal");

  for (let n = 0; n < 20; n += 1) await attempt(OWNER.email, `203.0.113.${n}`);
  assert.equal(await attempt(OWNER.email, "203.0.113.99", OWNER.password), "identity.too_many_attempts");
  house.pass(60);
  assert.equal(await attempt(OWNER.email, "203.0.113.99", OWNER.password), "no refusal", "a minute at most");
});

test("signing in again ends the session that the browser held, and clears what ended by itself", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  const held = await half(house);
  const sessions = () => house.asSuperuser("select id from identity_session");

  const given = { email: OWNER.email, password: OWNER.password };
  await signIn(house.handles, VISITOR, { ...given, replaced: held.actor });
  assert.equal(await findActor(house.handles, held.token.reveal(), house.now()), undefined);
  assert.equal((await sessions()).length, 1);
  await signIn(house.handles, VISITOR, given);
  assert.equal((await sessions()).length, 2, "another browser's stays");
  house.pass(600);
  await signIn(house.handles, VISITOR, given);
  assert.equal((await sessions()).length, 1);
});

test("a burst of guesses counts in full before the first is answered", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  const guess = () => refusalOf(signIn(house.handles, VISITOR, { email: OWNER.email, password: WRONG }));

  const answers = await Promise.all(Array.from({ length: 12 }, guess));
  assert.equal(answers.filter((answer) => answer === "identity.sign_in_refused").length, 5);
  assert.equal(answers.filter((answer) => answer === "identity.too_many_attempts").length, 7);
});

test("wrong codes wait as well, whatever session they come from", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  const { actor } = await half(house);
  for (let n = 0; n < 5; n += 1)
    await refusalOf(proveFactor(house.handles, actor, VISITOR, { recoveryCode: "00000-00000" }));

  const fresh = await half(house);
  const totp = totpCodeAt(owner.totpSecret, house.now());
  assert.equal(
    await refusalOf(proveFactor(house.handles, fresh.actor, VISITOR, { totp })),
    "identity.too_many_attempts",
  );
});

test("a session ends after 12 hours, half a one after 10 minutes, and a signed-out one at once", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  const whole = await signInFully(house, { email: OWNER.email, ...owner });
  const start = house.now().getTime();
  const isAlive = async (token: Secret<string>, afterMs: number) =>
    (await findActor(house.handles, token.reveal(), new Date(start + afterMs))) !== undefined;

  assert.equal(await isAlive(whole.token, 12 * 3_600_000 - 1), true);
  assert.equal(await isAlive(whole.token, 12 * 3_600_000), false);

  const pending = await half(house);
  assert.equal(await isAlive(pending.token, 600_000 - 1), true);
  assert.equal(await isAlive(pending.token, 600_000), false);

  await signOut(house.handles, whole.actor);
  assert.equal(await isAlive(whole.token, 1), false, "a stolen copy of the cookie opens nothing");
  assert.equal((await house.events(owner.workspaceId)).at(-1), "identity.signed_out success");
  await signOut(house.handles, whole.actor);
});

test("what is not a token of ours is nobody", async () => {
  await using house = await identityHouse();
  for (const token of [undefined, "", "x", "x".repeat(43), "x".repeat(10_000), "é".repeat(43)])
    assert.equal(await findActor(house.handles, token, house.now()), undefined);
});

test("rows written by hand give nobody anything, and are told of", async (t) => {
  const attacks: Array<[string, string]> = [
    [
      "a half session made whole",
      "update identity_session set assurance = 2, pending = null, factor_at = created_at",
    ],
    ["a session made long", "update identity_session set expires_at = expires_at + interval '1 year'"],
    [
      "a session moved to another person",
      `update identity_session set person_id = other.person_id, member_id = other.member_id,
         workspace_id = other.workspace_id
       from identity_membership_route other where other.person_id <> identity_session.person_id`,
    ],
    ["a member's role raised", "update identity_member set role = 'admin'"],
    ["a member's row given to another person", "update identity_member set person_id = gen_random_uuid()"],
  ];
  for (const [name, attack] of attacks)
    await t.test(name, async () => {
      await using house = await identityHouse();
      await makeOwner(house);
      await makeOwner(house, { email: "eve@other.example" });
      const { token } = await half(house);
      await house.asSuperuser(attack);

      assert.equal(await findActor(house.handles, token.reveal(), house.now()), undefined);
      assert.equal(await findActor(house.handles, token.reveal(), house.now()), undefined);
      const told = (await house.events()).filter((event) => event.startsWith("identity.forged_row"));
      assert.deepEqual(told, ["identity.forged_row refusal"], "once, however often it is used");
    });
});

test("a password hash copied from another account, or brought along, opens nothing", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  const eve = { ...OWNER, email: "eve@other.example", password: new Secret("eve's own password") };
  await createWorkspaceWithOwner(house.handles, { workspace: WORKSPACE, owner: eve, actor: "operator" });
  await house.asSuperuser(
    `update identity_credential mine set secret = hers.secret, mac = hers.mac
            from identity_credential hers
            where mine.person_id = '${owner.personId}' and hers.person_id <> mine.person_id
              and mine.kind = 'password' and hers.kind = 'password'`,
  );

  const answer = await refusalOf(
    signIn(house.handles, VISITOR, { email: OWNER.email, password: eve.password }),
  );
  assert.equal(answer, "identity.sign_in_refused");
  assert.equal((await house.events()).at(-1), "identity.forged_row refusal");
});

test("a spent recovery code made unspent by hand opens nothing", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  const [recoveryCode = ""] = owner.recoveryCodes.reveal();
  await proveFactor(house.handles, (await half(house)).actor, VISITOR, { recoveryCode });
  await house.asSuperuser("update identity_credential set used_at = null");

  const { actor } = await half(house);
  assert.equal(await refusalOf(proveFactor(house.handles, actor, VISITOR, { recoveryCode })), "session.none");
  assert.equal((await house.events()).at(-1), "identity.forged_row refusal");
});

test("nothing of a person is readable in the rows", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  await signInFully(house, { email: OWNER.email, ...owner });
  const secrets = [
    ...[
      OWNER.name,
      OWNER.email,
      OWNER.password.reveal(),
      WORKSPACE.name,
      VISITOR.userAgent ?? "",
      VISITOR.address,
    ],
    ...[owner.totpSecret.reveal(), ...owner.recoveryCodes.reveal()],
  ];

  const tables = ["person", "credential", "login", "session", "member", "workspace", "attempt", "setup"];
  for (const table of tables) {
    const rows = await house.asSuperuser(`select * from identity_${table}`);
    const bytes = rows
      .flatMap((row) => Object.values(row))
      .map((value) => (Buffer.isBuffer(value) ? value.toString("latin1") : String(value)))
      .join("\n");
    for (const secret of secrets) assert.equal(bytes.includes(secret), false, `identity_${table}`);
  }
});

test("a member is last seen when a request comes, to within five minutes", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  const { token } = await signInFully(house, { email: OWNER.email, ...owner });
  const lastSeen = () =>
    inWorkspace(house.database.db, owner.workspaceId, (tx) =>
      tx.selectFrom("identity_member").select("last_seen_at").executeTakeFirstOrThrow(),
    );

  house.pass(300);
  await findActor(house.handles, token.reveal(), house.now());
  assert.deepEqual(await lastSeen(), { last_seen_at: null });
  house.pass(1);
  const seenAt = house.now();
  await findActor(house.handles, token.reveal(), seenAt);
  house.pass(60);
  await findActor(house.handles, token.reveal(), house.now());
  assert.deepEqual(await lastSeen(), { last_seen_at: seenAt });
});
