import assert from "node:assert/strict";
import { after, test } from "node:test";
import { asSuperuser, invited, readLog } from "../support/attack-rig.ts";
import { connectOidc, ledTo, put, signInBy } from "../support/company-accounts.ts";
import { Directory, patchOf, userOf } from "../support/directory.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { openSession } from "../support/test-session.ts";

/** The attacker: somebody who has this workspace's directory, and would be more by it than it may make of anybody. */
const provider = await startFakeProvider();
const running = await runWardroom({ loopbackProviders: [provider.issuer] });
after(async () => {
  await running[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
const { owner, wardroom } = running;
const client = openSession(wardroom);
after(() => client.close());
const { token } = await owner.post("/scim/tokens");
const directory = new Directory(client, token);
const members = async () => (await owner.get("/members")).members;
const memberNamed = async (name: string) =>
  (await members()).find((member: { name: string }) => member.name === `${name} of the directory`);

test("the directory makes, finds, changes and deactivates people, in Entra's words and in Okta's", async () => {
  const made = await directory.make("layla");
  assert.deepEqual([made.active, made.userName], [true, "layla@marsahome.example"]);
  const found = async (filter: string) =>
    (await directory.ok("GET", `/Users?filter=${encodeURIComponent(filter)}`)).Resources.map(
      ({ id }: { id: string }) => id,
    );
  for (const filter of [
    `userName eq "layla@marsahome.example"`,
    `USERNAME EQ "Layla@MarsaHome.example"`,
    `externalId eq "object-layla"`,
    `id eq "${made.id}"`,
    `userName eq "layla@marsahome.example" and active eq true`,
    `urn:ietf:params:scim:schemas:core:2.0:User:userName eq "layla@marsahome.example"`,
  ])
    assert.deepEqual(await found(filter), [made.id], filter);
  assert.deepEqual(await found(`userName eq "nobody@marsahome.example"`), []);
  assert.deepEqual(await found(`userName eq "layla@marsahome.example" and active eq false`), []);

  await directory.ok(
    "PATCH",
    `/Users/${made.id}`,
    patchOf({ op: "Replace", path: "active", value: "False" }),
  );
  assert.equal((await memberNamed("layla")).state, "deactivated");
  await directory.ok("PATCH", `/Users/${made.id}`, patchOf({ op: "replace", value: { active: true } }));
  assert.equal((await memberNamed("layla")).state, "active");
  const renamed = await directory.ok(
    "PATCH",
    `/Users/${made.id}`,
    patchOf(
      { op: "Add", path: 'emails[type eq "work"].value', value: "l@marsahome.example" },
      { op: "replace", value: { "name.givenName": "Leila" } },
    ),
  );
  assert.deepEqual([renamed.emails[0].value, renamed.name.givenName], ["l@marsahome.example", "Leila"]);
  assert.equal((await directory.call("DELETE", `/Users/${made.id}`)).status, 204);
  assert.equal((await directory.call("GET", `/Users/${made.id}`)).status, 404);
  assert.equal((await memberNamed("layla")).state, "deactivated");
  const back = await directory.make("layla");
  assert.equal(back.id, made.id, "who comes back is who they were");
  assert.equal((await memberNamed("layla")).state, "active");
});

test("deactivation ends every session at once and gives the chats back", async () => {
  const { session: agent, memberId } = await invited(running, "agent");
  const { email } = (await members()).find(({ id }: { id: string }) => id === memberId);
  const adopted = await directory.ok("POST", "/Users", {
    ...userOf("adopted"),
    userName: email,
    emails: [{ value: email }],
  });
  assert.equal((await agent.api("GET", "/session")).status, 200);
  await directory.ok(
    "PATCH",
    `/Users/${adopted.id}`,
    patchOf({ op: "replace", path: "active", value: false }),
  );
  assert.equal((await agent.api("GET", "/session")).status, 401);
  const log = await readLog(running);
  assert.ok(
    log.some(
      ({ kind, subject, actor }) =>
        kind === "identity.scim_member_deactivated" &&
        subject === `member:${memberId}` &&
        actor.startsWith("directory:"),
    ),
  );
  await agent.close();
});

test("whom an Admin suspended the directory does not bring back, before its own word or after it", async () => {
  const user = await directory.make("salma");
  const { id: memberId } = await memberNamed("salma");
  const state = async () => (await memberNamed("salma")).state;
  const act = async (verb: string) =>
    assert.equal((await owner.api("POST", `/members/${memberId}/${verb}`)).status, 200);
  const say = async (active: boolean) => {
    await directory.ok(
      "PATCH",
      `/Users/${user.id}`,
      patchOf({ op: "replace", path: "active", value: active }),
    );
    return state();
  };
  await act("deactivate");
  assert.deepEqual([await say(false), await say(true)], ["deactivated", "deactivated"]);
  assert.equal((await directory.call("DELETE", `/Users/${user.id}`)).status, 204);
  assert.equal((await directory.make("salma")).id, user.id);
  assert.equal(await state(), "deactivated");
  await act("reactivate");
  assert.deepEqual([await say(false), await say(true)], ["deactivated", "active"]);
  // The directory's word first, then given back here, then taken here: the last who took it is an Admin.
  await say(false);
  await act("reactivate");
  await act("deactivate");
  assert.equal(await say(true), "deactivated");
  const refused = (await readLog(running)).filter(({ detail }) => detail["reason"] === "deactivated_here");
  assert.deepEqual(new Set(refused.map(({ subject }) => subject)), new Set([`member:${memberId}`]));
  assert.equal(refused.length, 3);
});

test("the directory makes nobody an Owner, and touches none", async () => {
  const promoted = await directory.ok("POST", "/Users", {
    ...userOf("climber"),
    role: "owner",
    roles: [{ value: "owner", primary: true }],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { role: "owner" },
  });
  assert.equal((await memberNamed("climber")).role, "agent");
  await directory.ok(
    "PATCH",
    `/Users/${promoted.id}`,
    patchOf({ op: "replace", path: "roles", value: "owner" }),
  );
  assert.equal((await memberNamed("climber")).role, "agent");

  const taken = await directory.call("POST", "/Users", {
    ...userOf("thief"),
    userName: "huda@marsahome.example",
    emails: [{ value: "huda@marsahome.example" }],
  });
  assert.deepEqual([taken.status, taken.body.scimType], [409, "uniqueness"]);

  const { groups } = (await owner.get("/sso")).directory;
  assert.deepEqual(groups, []);
  const group = await directory.ok("POST", "/Groups", {
    displayName: "Chiefs",
    members: [{ value: promoted.id }],
  });
  const refused = await owner.api("PUT", `/scim/groups/${group.id}`, { role: "owner" });
  assert.equal(refused.status, 422, "there is no such thing to map to");
  await put(owner, `/scim/groups/${group.id}`, { role: "admin" });
  assert.equal((await memberNamed("climber")).role, "admin");

  // Whoever becomes an Owner is the directory's no more.
  const { session: heir, memberId } = await invited(running, "admin");
  const heirs = async () => (await members()).find((member: { id: string }) => member.id === memberId);
  const { email } = await heirs();
  const names = { ...userOf("heir"), userName: email, emails: [{ value: email }] };
  const adopted = await directory.ok("POST", "/Users", names);
  await directory.ok(
    "PATCH",
    `/Groups/${group.id}`,
    patchOf({ op: "add", path: "members", value: [{ value: adopted.id }] }),
  );
  const offered = await owner.post("/ownership/offers", { memberId, afterwards: "owner" });
  const [offerId] = [...JSON.stringify(offered).matchAll(/"id":"([0-9a-f-]{36})"/g)].map(([, id]) => id);
  await heir.post(`/ownership/offers/${offerId}/accept`);
  assert.equal((await heirs()).role, "owner");
  const tries: Array<[string, object?]> = [
    ["PATCH", patchOf({ op: "replace", path: "active", value: false })],
    ["PUT", { ...names, active: false }],
    ["DELETE"],
  ];
  for (const [method, body] of tries) {
    const answer = await directory.call(method, `/Users/${adopted.id}`, body);
    assert.deepEqual([answer.status, answer.body.scimType], [403, "mutability"], method);
  }
  await directory.ok("PATCH", `/Groups/${group.id}`, patchOf({ op: "Remove", path: "members" }));
  await directory.ok("DELETE", `/Groups/${group.id}`);
  assert.deepEqual([(await heirs()).role, (await heirs()).state], ["owner", "active"]);
  assert.equal((await memberNamed("climber")).role, "agent", "the others are what they were");
  const log = await readLog(running);
  assert.ok(log.some(({ kind, detail }) => kind === "identity.scim_refused" && detail["reason"] === "owner"));
  await heir.close();
});

test("a role follows the groups, in every shape in which members come and go", async () => {
  const [one, two] = [await directory.make("one"), await directory.make("two")];
  const leads = await directory.ok("POST", "/Groups", { displayName: "Leads" });
  await put(owner, `/scim/groups/${leads.id}`, { role: "team_lead" });
  const roles = async () => [(await memberNamed("one")).role, (await memberNamed("two")).role];
  const patch = async (...operations: object[]) => {
    await directory.ok("PATCH", `/Groups/${leads.id}`, patchOf(...operations));
    return roles();
  };
  const both = [{ value: one.id }, { value: two.id }];
  assert.deepEqual(await patch({ op: "Add", path: "members", value: both }), ["team_lead", "team_lead"]);
  assert.deepEqual(await patch({ op: "remove", path: `members[value eq "${one.id}"]` }), [
    "agent",
    "team_lead",
  ]);
  assert.deepEqual(await patch({ op: "Remove", path: "members", value: [{ value: two.id }] }), [
    "agent",
    "agent",
  ]);
  assert.deepEqual(await patch({ op: "replace", path: "members", value: [{ value: one.id }] }), [
    "team_lead",
    "agent",
  ]);
  await directory.ok("DELETE", `/Groups/${leads.id}`);
  assert.deepEqual(await roles(), ["agent", "agent"]);
});

test("who was demoted here is not promoted by the end of a group, or of the directory's care", async () => {
  const { session: ana, memberId } = await invited(running, "admin");
  const anas = async () => (await members()).find(({ id }: { id: string }) => id === memberId);
  const { email } = await anas();
  const names = { ...userOf("ana"), userName: email, emails: [{ value: email }] };
  const adopted = await directory.ok("POST", "/Users", names);
  const group = await directory.ok("POST", "/Groups", { displayName: "Passing leads" });
  await put(owner, `/scim/groups/${group.id}`, { role: "team_lead" });
  const patch = (op: string) =>
    directory.ok(
      "PATCH",
      `/Groups/${group.id}`,
      patchOf({ op, path: "members", value: [{ value: adopted.id }] }),
    );
  const roleAfter = async (op: string) => {
    await patch(op);
    return (await anas()).role;
  };
  const demote = async () =>
    assert.equal((await owner.api("PATCH", `/members/${memberId}`, { role: "agent" })).status, 200);
  assert.deepEqual([await roleAfter("add"), await roleAfter("remove")], ["team_lead", "admin"]);
  await demote();
  assert.deepEqual([await roleAfter("add"), await roleAfter("remove")], ["team_lead", "agent"]);
  await patch("add");
  await demote();
  assert.equal((await directory.call("DELETE", `/Users/${adopted.id}`)).status, 204);
  assert.equal((await anas()).role, "agent");
  await ana.close();
});

test("a team follows the groups, and what was mapped, dissolved or given by hand meanwhile stays sane", async () => {
  const created = async (name: string) => {
    const { teams } = await owner.post("/teams", { name });
    return teams.find((team: { name: string }) => team.name === name).id as string;
  };
  const [sales, care] = [await created("Sales"), await created("Care")];
  const [mona, rami] = [await directory.make("mona"), await directory.make("rami")];
  const teamsOf = async (name: string): Promise<string[]> => (await memberNamed(name)).teamIds;
  const group = async (displayName: string, ...users: Array<{ id: string }>) =>
    directory.ok("POST", "/Groups", { displayName, members: users.map(({ id }) => ({ value: id })) });
  const [sellers, carers] = [await group("Sellers", mona, rami), await group("Carers")];
  assert.deepEqual(await teamsOf("mona"), []);
  await put(owner, `/scim/groups/${sellers.id}`, { teamId: sales });
  await put(owner, `/scim/groups/${carers.id}`, { role: "team_lead", teamId: care });
  assert.deepEqual([await teamsOf("mona"), await teamsOf("rami")], [[sales], [sales]]);

  // Both a role and a team, and the team again by a second group: it ends with the last one.
  const both = patchOf({ op: "add", path: "members", value: [{ value: mona.id }] });
  await directory.ok("PATCH", `/Groups/${carers.id}`, both);
  assert.deepEqual(new Set(await teamsOf("mona")), new Set([sales, care]));
  assert.equal((await memberNamed("mona")).role, "team_lead");
  const more = await group("More sellers", mona);
  await put(owner, `/scim/groups/${more.id}`, { teamId: sales });
  await directory.ok("DELETE", `/Groups/${more.id}`);
  assert.ok((await teamsOf("mona")).includes(sales));
  await directory.ok("PATCH", `/Groups/${carers.id}`, patchOf({ op: "remove", path: "members" }));
  assert.deepEqual([await teamsOf("mona"), (await memberNamed("mona")).role], [[sales], "agent"]);

  // By hand out of a team, and into another: so it stays until the groups say something new.
  const monas = (await memberNamed("mona")).id;
  await put(owner, `/members/${monas}/teams`, { teamIds: [care] });
  await directory.ok(
    "PATCH",
    `/Groups/${sellers.id}`,
    patchOf({ op: "replace", path: "displayName", value: "S" }),
  );
  assert.deepEqual(await teamsOf("mona"), [care]);

  // Another team for the group moves whoever is in it; no team ends it.
  await put(owner, `/scim/groups/${sellers.id}`, { teamId: care });
  assert.deepEqual(await teamsOf("rami"), [care]);
  await put(owner, `/scim/groups/${sellers.id}`, { teamId: null });
  assert.deepEqual([await teamsOf("rami"), await teamsOf("mona")], [[], []]);
  assert.equal((await memberNamed("rami")).role, "agent");

  // A team that is dissolved leads nowhere any more, while the directory goes on writing.
  await put(owner, `/scim/groups/${sellers.id}`, { teamId: sales });
  await owner.api("POST", `/teams/${sales}/dissolve`, { into: care });
  const { groups } = (await owner.get("/sso")).directory;
  assert.equal(groups.find(({ id }: { id: string }) => id === sellers.id).teamId, null);
  const unknown = await owner.api("PUT", `/scim/groups/${sellers.id}`, { teamId: sales });
  assert.deepEqual([unknown.status, unknown.body.code], [422, "access.team_unknown"]);
  await directory.ok("PATCH", `/Groups/${sellers.id}`, patchOf({ op: "remove", path: "members" }));
  assert.deepEqual(await teamsOf("rami"), []);

  // At once: the mapping changes while the directory empties and fills the group. Nobody is left with a team too many.
  const fill = { op: "replace", path: "members", value: [{ value: mona.id }, { value: rami.id }] };
  const answers = await Promise.all([
    owner.api("PUT", `/scim/groups/${sellers.id}`, { teamId: care }),
    directory.call("PATCH", `/Groups/${sellers.id}`, patchOf(fill)),
    owner.api("PUT", `/scim/groups/${sellers.id}`, { role: "team_lead" }),
    directory.call(
      "PATCH",
      `/Groups/${sellers.id}`,
      patchOf({ op: "remove", path: `members[value eq "${rami.id}"]` }),
    ),
    directory.call(
      "PATCH",
      `/Groups/${sellers.id}`,
      patchOf({ op: "replace", path: "displayName", value: "T" }),
    ),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  );
  const { members: inside } = await directory.ok("GET", `/Groups/${sellers.id}`);
  for (const [name, { id }] of [
    ["mona", mona],
    ["rami", rami],
  ] as const) {
    const isIn = inside.some(({ value }: { value: string }) => value === id);
    const { teamIds, role } = await memberNamed(name);
    assert.deepEqual([teamIds, role], isIn ? [[care], "team_lead"] : [[], "agent"], name);
  }

  // Whoever is deleted and comes back has nothing of what groups gave.
  await directory.ok("PATCH", `/Groups/${sellers.id}`, patchOf(fill));
  await directory.call("DELETE", `/Users/${mona.id}`);
  await directory.make("mona");
  const back = await memberNamed("mona");
  assert.deepEqual([back.state, back.role, back.teamIds], ["active", "agent", []]);
  const log = await readLog(running);
  const moves = log.filter(
    ({ kind, subject, actor }) =>
      kind === "identity.scim_member_changed" &&
      subject === `member:${monas}` &&
      actor.startsWith("directory:"),
  );
  assert.ok(moves.some(({ detail }) => JSON.stringify(detail["joined"]) === JSON.stringify([care])));
  assert.ok(moves.some(({ detail }) => JSON.stringify(detail["left"]) === JSON.stringify([care])));
});

test("of two writers who read the same version one writes, and who read an old one writes over nobody", async () => {
  const config = await directory.ok("GET", "/ServiceProviderConfig");
  assert.equal(config.etag.supported, true);
  const user = await directory.make("versioned");
  const group = await directory.ok("POST", "/Groups", { displayName: "Versioned" });
  const rename = (displayName: string) => patchOf({ op: "replace", path: "displayName", value: displayName });
  for (const [path, { meta }] of [
    [`/Users/${user.id}`, user],
    [`/Groups/${group.id}`, group],
  ] as const) {
    const read = await directory.call("GET", path);
    assert.deepEqual([read.headers["etag"], read.body.meta.version], [meta.version, meta.version], path);
    const known = await directory.call("GET", path, undefined, { "if-none-match": meta.version });
    assert.deepEqual([known.status, known.body.length], [304, 0]);

    const ifMatch = { "if-match": meta.version };
    const answers = await Promise.all(
      ["One", "Two", "Three"].map((name) => directory.call("PATCH", path, rename(name), ifMatch)),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412], path);
    const winner = answers.find(({ status }) => status === 200);
    const now = await directory.call("GET", path);
    assert.deepEqual(
      [now.body.displayName, now.headers["etag"]],
      [winner?.body.displayName, winner?.headers["etag"]],
    );
    assert.notEqual(now.headers["etag"], meta.version);

    const put = path.startsWith("/Users") ? userOf("versioned") : { displayName: "Over" };
    for (const stale of [
      meta.version,
      meta.version.replace("W/", ""),
      `"x"`,
      ",",
      "7",
      `W/"0", ${meta.version}`,
    ])
      for (const [method, body] of [["PUT", put], ["PATCH", rename("Over")], ["DELETE"]] as Array<
        [string, object?]
      >) {
        const refused = await directory.call(method, path, body, { "if-match": stale });
        assert.deepEqual([refused.status, refused.body.status], [412, "412"], `${method} ${stale}`);
      }
    assert.deepEqual((await directory.ok("GET", path)).meta, now.body.meta, "nothing was written");
    const { version } = now.body.meta;
    const listed = await directory.call("PATCH", path, rename("Listed"), { "if-match": `W/"0", ${version}` });
    assert.equal(listed.status, 200);
    assert.equal((await directory.call("PATCH", path, rename("Any"), { "if-match": "*" })).status, 200);
  }

  // Who is in a group is part of both resources.
  const before = await directory.ok("GET", `/Users/${user.id}`);
  const add = patchOf({ op: "add", path: "members", value: [{ value: user.id }] });
  await directory.ok("PATCH", `/Groups/${group.id}`, add);
  const inside = await directory.ok("GET", `/Users/${user.id}`);
  assert.notEqual(inside.meta.version, before.meta.version);
  const full = await directory.ok("GET", `/Groups/${group.id}`);
  assert.equal(
    (await directory.call("DELETE", `/Users/${user.id}`, undefined, { "if-match": "*" })).status,
    204,
  );
  assert.notEqual((await directory.ok("GET", `/Groups/${group.id}`)).meta.version, full.meta.version);
});

test("a filter is read or refused, and never reaches the database as text", async () => {
  const bad = [
    `userName eq "x" or 1=1`,
    `userName eq 'x'`,
    `userName sw "a"`,
    `password eq "x"`,
    `userName eq "x" and`,
    `userName eq "x"; drop table identity_member`,
    `not (userName eq "x")`,
    "active eq true",
    " ",
    `userName eq "${"a".repeat(2_000)}"`,
  ];
  for (const filter of bad) {
    const answer = await directory.call("GET", `/Users?filter=${encodeURIComponent(filter)}`);
    assert.equal(answer.status, 400, filter);
  }
  const quoted = await directory.ok(
    "GET",
    `/Users?filter=${encodeURIComponent(`userName eq "x\\" or \\"1\\"=\\"1"`)}`,
  );
  assert.equal(quoted.totalResults, 0);
  const injected = await directory.call(
    "PATCH",
    `/Groups/${(await directory.ok("POST", "/Groups", { displayName: "G" })).id}`,
    patchOf({ op: "remove", path: `members[value eq "x" or "1" eq "1"]` }),
  );
  assert.equal(injected.status, 400);
});

test("pages are counted from one, and hold what was asked for", async () => {
  const first = await directory.ok("GET", "/Users?startIndex=1&count=2");
  const rest = await directory.ok("GET", "/Users?startIndex=3&count=100");
  assert.equal(first.itemsPerPage, 2);
  assert.equal(first.totalResults, first.Resources.length + rest.Resources.length);
  assert.equal((await directory.ok("GET", "/Users?count=0")).Resources.length, 0);
  for (const path of ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"])
    await directory.ok("GET", path);
});

test("somebody whom the directory made signs in with their company account, by its own id of them", async () => {
  const connectionId = await connectOidc(owner, provider, { directoryClaim: "oid" });
  await directory.make("noura");
  provider.next = { sub: "n-1", claims: { oid: "object-noura" } };
  const browser = openSession(wardroom);
  assert.equal(ledTo(await signInBy(browser, provider, connectionId)), "303 /sign-in");
  assert.equal((await browser.api("GET", "/session")).body.state, "enrolment_needed");

  // Whoever says that they are she, by her address or with another account, is not.
  provider.next = { sub: "n-2", claims: { oid: "object-noura" } };
  assert.equal(ledTo(await signInBy(browser, provider, connectionId)), "303 /sign-in?refused=sso.not_linked");
  provider.next = { sub: "n-3", claims: { email: "noura@marsahome.example" } };
  assert.equal(ledTo(await signInBy(browser, provider, connectionId)), "303 /sign-in?refused=sso.not_linked");
  await browser.close();
});

test("another id of the directory's does not lead to who has been here, however it comes to them", async () => {
  const { oidc } = await owner.get("/sso");
  const [user] = (
    await directory.ok("GET", `/Users?filter=${encodeURIComponent('externalId eq "object-noura"')}`)
  ).Resources;
  const { id: memberId } = await memberNamed("noura");
  const comes = async (sub: string, oid: string) => {
    provider.next = { sub, claims: { oid } };
    const browser = openSession(wardroom);
    const led = ledTo(await signInBy(browser, provider, oidc.id));
    const { status } = await browser.api("GET", "/session");
    return { led, browser, status };
  };
  const writeId = (id: string) =>
    directory.ok("PATCH", `/Users/${user.id}`, patchOf({ op: "replace", path: "externalId", value: id }));
  const refused = "303 /sign-in?refused=sso.not_linked";

  const noura = await comes("n-1", "object-noura");
  assert.deepEqual([noura.led, noura.status], ["303 /sign-in", 200]);
  await writeId("object-thief");
  assert.equal((await noura.browser.api("GET", "/session")).status, 401, "it is not said who that is now");
  const thief = await comes("t-1", "object-thief");
  assert.equal(thief.led, refused);
  const again = await comes("n-1", "object-noura");
  assert.equal(again.led, "303 /sign-in", "the account that is hers stays hers");

  assert.equal((await directory.call("DELETE", `/Users/${user.id}`)).status, 204);
  assert.equal((await directory.make("noura", { externalId: "object-thief" })).id, user.id);
  const revived = await comes("t-1", "object-thief");
  assert.equal(revived.led, refused);
  const { externalId } = await directory.ok(
    "PUT",
    `/Users/${user.id}`,
    userOf("noura", { externalId: null }),
  );
  assert.ok(!externalId);
  await directory.ok("PUT", `/Users/${user.id}`, userOf("noura", { externalId: "object-thief" }));
  const put = await comes("t-1", "object-thief");
  assert.equal(put.led, refused, "nor by way of none");
  await writeId("object-noura");
  const back = await comes("n-1", "object-noura");
  assert.equal(back.led, "303 /sign-in", "her own id leads to her again");
  const log = await readLog(running);
  const events = log.filter(({ kind }) => kind === "identity.scim_id_changed");
  assert.deepEqual(new Set(events.map(({ subject }) => subject)), new Set([`member:${memberId}`]));
  for (const { browser } of [noura, thief, again, revived, put, back]) await browser.close();
});

test("who has not been here yet may be given another id; who came, or has a credential, may not", async () => {
  const { oidc } = await owner.get("/sso");
  const comes = async (sub: string, oid: string) => {
    provider.next = { sub, claims: { oid } };
    const browser = openSession(wardroom);
    const led = ledTo(await signInBy(browser, provider, oidc.id));
    await browser.close();
    return led;
  };
  const users = new Map<string, string>();
  for (const name of ["sara", "dana", "rana"]) users.set(name, (await directory.make(name)).id);
  const [dana, rana] = [await memberNamed("dana"), await memberNamed("rana")];
  assert.equal(await comes("old-rana", "object-rana"), "303 /sign-in");
  await asSuperuser(running, async (superuser) => {
    await superuser.query(
      `insert into identity_credential select (jsonb_populate_record(credential, jsonb_build_object('id',
         gen_random_uuid(), 'person_id', (select person_id from identity_member where id = $1)))).*
       from identity_credential credential where kind = 'password' limit 1`,
      [dana.id],
    );
    await superuser.query("delete from identity_sso_link where member_id = $1", [rana.id]);
  });
  const led: string[] = [];
  for (const [name, id] of users) {
    const value = `object-other-${name}`;
    await directory.ok("PATCH", `/Users/${id}`, patchOf({ op: "replace", path: "externalId", value }));
    led.push(await comes(`new-${name}`, value));
  }
  const refused = "303 /sign-in?refused=sso.not_linked";
  assert.deepEqual(led, ["303 /sign-in", refused, refused]);
});

test("whoever was here before the directory keeps their account to themselves", async () => {
  const { session: agent, memberId } = await invited(running, "admin");
  const { email } = (await members()).find(({ id }: { id: string }) => id === memberId);
  const adopted = { ...userOf("veteran"), userName: email, emails: [{ value: email }] };
  await directory.ok("POST", "/Users", adopted);
  const { oidc } = await owner.get("/sso");
  provider.next = { sub: "v-1", claims: { oid: "object-veteran" } };
  const browser = openSession(wardroom);
  assert.equal(ledTo(await signInBy(browser, provider, oidc.id)), "303 /sign-in?refused=sso.not_linked");
  for (const session of [agent, browser]) await session.close();
});
