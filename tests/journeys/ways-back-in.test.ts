import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { asSuperuser, readLog } from "../support/attack-rig.ts";
import { CommandLine, type Ended, type Started } from "../support/command-line.ts";
import { testDatabase } from "../support/database.ts";
import { openPostOffice, tokenIn } from "../support/post-office.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { TestSession, totpCode } from "../support/test-session.ts";

/** The operator's commands as a person types them, each a process of its own, on one installation with mail. */
const opened = new AsyncDisposableStack();
after(() => opened.disposeAsync());
const folder = opened.use(await temporaryFolder());
const database = opened.use(await testDatabase<never>());
const office = opened.use(await openPostOffice());
const wardroom = await CommandLine.on(folder.path, {
  ...{ DATABASE_URL: database.appUrl.reveal(), WARDROOM_OWNER_DATABASE_URL: database.ownerUrl.reveal() },
  ...{ WARDROOM_SMTP_URL: office.url, WARDROOM_MAIL_FROM: "wardroom@marsahome.example" },
});
const EMAIL = "huda@marsahome.example";
const run = (args: readonly string[], typed?: string) => wardroom.run(args, {}, typed);

const setup = await run([
  ...["setup", "--json", "--workspace", "Marsa Home", "--time-zone", "Asia/Dubai"],
  ...["--owner", "Huda Salem", "--email", EMAIL],
]);
assert.equal(setup.code, 0, setup.stderr);
const made = setup.json;

/** What the log has of these acts, as "whose kind actor". */
async function told(kind: string): Promise<string[]> {
  return (await readLog({ database }))
    .filter((event) => event.kind === kind)
    .map(
      ({ workspaceId, actor }) =>
        `${workspaceId === made.workspaceId ? "workspace" : "installation"} ${actor}`,
    );
}

async function queued(): Promise<string[]> {
  const { rows } = await asSuperuser({ database }, (client) => client.query("select kind from mail_message"));
  return rows.map(({ kind }) => kind);
}

/** A link to a page of ours with a token, and ten minutes or a little less to use it. */
function assertLink({ link, expiresAt }: { link: string; expiresAt: string }): void {
  assert.match(
    link,
    new RegExp(`^https://localhost:${wardroom.environment["WARDROOM_PORT"]}/[a-z]+#[\\w-]{43}$`),
  );
  const leftMs = Date.parse(expiresAt) - Date.now();
  assert.ok(leftMs > 9 * 60_000 && leftMs <= 10 * 60_000, `${leftMs} ms`);
}

/** It ended with 1, said why in a sentence and how to go on, and showed neither a stack nor a link. */
function assertRefused({ code, stdout, stderr }: Ended, why: RegExp): void {
  assert.equal(code, 1, stdout);
  assert.match(`${stdout}${stderr}`, why);
  assert.doesNotMatch(`${stdout}${stderr}`, /\n\s+at |#[\w-]{43}/);
}

test("what cannot be done is refused in a sentence, with nothing made, written or mailed", async () => {
  const before = (await readLog({ database })).length;
  // Each is a process of a second: those that tell one rule from another, and no more.
  const refusals: Array<[args: string[], why: RegExp]> = [
    [["reset-link", EMAIL, "other@marsahome.example"], /needs one e-mail address/],
    [["reset-link", "nobody@marsahome.example"], /identity\.person_not_found/],
    [["recover-owner", "--json"], /"ok":false,"fault":"recover-owner --json cannot ask/],
    [["recover-owner", "--email", EMAIL, "--workspace", "x"], /No active Owner has this e-mail address/],
    [["network-rules", "open"], /needs to know what to do/],
    [["network-rules", "clear", "--workspace", made.workspaceId], /No Wardroom runs on/],
  ];
  for (const [args, why] of refusals) assertRefused(await run(args), why);
  assertRefused(await run(["recover-owner"]), /No e-mail address was typed/);
  const nowhere = { WARDROOM_DATA_DIR: `${folder.path}/nowhere` };
  assertRefused(await wardroom.run(["reset-link", EMAIL], nowhere), /There is no data folder/);
  assert.equal(existsSync(nowhere.WARDROOM_DATA_DIR), false);
  const kinds = (await readLog({ database })).slice(before).map(({ kind }) => kind);
  assert.deepEqual(
    kinds.filter((kind) => kind.startsWith("identity.")),
    [],
  );
  assert.deepEqual(await queued(), []);
});

test("without a server: a link for a password, and one for an Owner who types who they are; the mail waits", async () => {
  const reset = await run(["reset-link", EMAIL, "--json"]);
  assert.deepEqual([reset.code, reset.json.ok], [0, true], reset.stderr);
  assertLink(reset.json);
  assert.deepEqual(await told("identity.reset_link_made"), ["workspace operator"]);

  const owner = await run(["recover-owner"], `${EMAIL.toUpperCase()}\n`);
  assert.equal(owner.code, 0, owner.stderr);
  assert.match(owner.stdout, /Marsa Home: Huda Salem, huda@marsahome\.example/);
  const [link = ""] = /https:\S+/.exec(owner.stdout) ?? [];
  const [expiresAt = ""] = /\d{4}-\S+Z/.exec(owner.stdout) ?? [];
  assertLink({ link, expiresAt });
  assert.deepEqual((await told("identity.owner_recovery_started")).sort(), [
    ...["installation operator", "workspace operator"],
  ]);
  assert.deepEqual(await queued(), ["owner_recovered"]);
  assert.equal(office.mails.length, 0, "no process sends it yet");
});

test("while the server runs it does the same; the Owner is told by mail, and rules about networks are taken away", async () => {
  await using running: Started = await wardroom.start();
  const mail = await office.next(EMAIL);
  assert.throws(() => tokenIn(mail), /no link/, "what tells of it opens nothing");
  const session = new TestSession(
    running.ready.url.replace(/\/$/, ""),
    readFileSync(made.certificateAuthority, "utf8"),
  );
  const open = async (link: string) =>
    (await session.post("/recovery/open", { token: new URL(link).hash.slice(1) })).purpose;

  const reset = await run(["reset-link", EMAIL]);
  assert.equal(reset.code, 0, reset.stderr);
  const [link = ""] = /https:\S+/.exec(reset.stdout) ?? [];
  assert.equal(await open(link), "password_reset");
  assert.equal((await told("identity.reset_link_made")).length, 2);

  const owner = await run(["recover-owner", "--email", EMAIL, "--workspace", made.workspaceId, "--json"]);
  assert.deepEqual([owner.code, owner.json.memberId], [0, made.owner.memberId], owner.stderr);
  assertLink(owner.json);
  assert.equal(await open(owner.json.link), "owner_recovery");
  assert.equal((await told("identity.owner_recovery_started")).length, 4);
  await office.next(EMAIL);

  const clear = (workspaceId: string) =>
    run(["network-rules", "clear", "--workspace", workspaceId, "--json"]);
  assert.deepEqual((await clear(made.workspaceId)).json, { ok: true, found: "none" });
  assertRefused(
    await clear(made.owner.memberId),
    /"ok":false,"fault":"Wardroom refused: access\.workspace_not_found/,
  );
  await session.post("/session", { email: EMAIL, password: made.password });
  await session.post("/session/factor", { totp: totpCode(made.owner.totpSecret, new Date()) });
  const roles = { agent: [], team_lead: [], admin: [], owner: [] };
  const { version } = await session.get("/network-rules");
  const rules = { everybody: ["127.0.0.0/8", "::1/128"], roles, directory: [], known: [] };
  assert.equal((await session.api("PUT", "/network-rules", { rules, version })).status, 200);
  assert.deepEqual((await clear(made.workspaceId)).json, { ok: true, found: "ours" });
  assert.deepEqual(await told("access.network_rules_cleared"), ["workspace operator", "workspace operator"]);
  assert.deepEqual((await session.get("/network-rules")).rules.everybody, []);
  await session.close();
  assert.equal(await running.stop("SIGTERM"), 0);
});
