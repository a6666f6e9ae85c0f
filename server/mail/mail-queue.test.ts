import assert from "node:assert/strict";
import { test } from "node:test";
import { type IdentityHouse, identityHouse, makeOwner } from "../../tests/support/identity-house.ts";
import { openPostOffice, type PostOffice, tokenIn } from "../../tests/support/post-office.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { MailFacts, MailKind } from "./mail-kinds.ts";
import { type NewMail, queueMail } from "./queue-mail.ts";
import { type MailSender, sendQueued } from "./send-queued.ts";
import { type Mailer, openMailer } from "./smtp.ts";
import type { MailTables } from "./tables.ts";

const ROOM = { publicUrl: "https://desk.example.com" };
const TO = "layla@shop.example";
const LINK = { path: "/recover", token: "a".repeat(43) };

async function mailHouse(office: Pick<PostOffice, "port">) {
  const house = await identityHouse();
  const { workspaceId } = await makeOwner(house);
  const installation = await house.handles.vault.openWorkspace(INSTALLATION);
  const mailer = openMailer({
    ...{ host: "127.0.0.1", port: office.port, isImplicitTls: false, login: undefined },
    from: "Wardroom <noreply@desk.example.com>",
  });
  const sender: MailSender = {
    db: house.handles.db as unknown as MailSender["db"],
    ...{ vault: house.handles.vault, audit: house.handles.audit, clock: house.now, mailer },
    host: "desk.example.com",
  };
  const db = house.handles.db as unknown as MailSender["db"];
  return {
    ...{ house, workspaceId, sender },
    queue: <Kind extends MailKind>(kind: Kind, facts: MailFacts[Kind], more: Partial<NewMail<Kind>> = {}) =>
      inWorkspace(db, INSTALLATION, (tx) =>
        queueMail(narrow<MailTables>(tx), installation, ROOM, {
          ...{ kind, facts, to: TO, language: "en", now: house.now(), ...more },
        }),
      ),
    send: (mail: Mailer = mailer) => sendQueued({ ...sender, mailer: mail }, new AbortController().signal),
    waiting: () => rows(house),
    [Symbol.asyncDispose]: async () => {
      mailer[Symbol.dispose]();
      await house[Symbol.asyncDispose]();
    },
  };
}

const rows = (house: IdentityHouse) =>
  house.asSuperuser("select * from mail_message") as Promise<Array<Record<string, Buffer>>>;

const CHANGED = { at: new Date("2026-11-23T10:00:00Z"), how: "profile" } as const;

test("a queued mail lies sealed, arrives in both forms, and leaves nothing behind but an event", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  await m.queue("password_reset", { link: LINK });
  const [row] = await m.waiting();
  for (const text of [TO, LINK.token, "password", "desk.example"])
    for (const column of ["recipient_sealed", "subject_sealed", "body_sealed"])
      assert.equal(row?.[column]?.includes(text), false, `${column} shows ${text}`);

  await m.send();
  const mail = await office.next(TO);
  assert.equal(mail.subject, "Choose a new password");
  assert.equal(tokenIn(mail), LINK.token);
  assert.match(mail.html, /<a class="act" href="https:\/\/desk\.example\.com\/recover#a{43}"/);
  assert.match(mail.raw, /^Auto-Submitted: auto-generated/m);
  const addresses = mail.html.matchAll(/(?:src|href)="([^"]*)"/g).map(([, at]) => at?.split("#")[0]);
  assert.deepEqual(
    [...addresses],
    ["https://desk.example.com/recover"],
    "nothing is fetched, one link leads away",
  );
  assert.deepEqual(await m.waiting(), []);
  const [key] = await m.house.asSuperuser(
    `select wrapped, destroyed_at from vault.data_key where subject_id = '${row?.["id"]}'`,
  );
  assert.equal((key as { wrapped: unknown }).wrapped, null, "its key is destroyed");
  assert.equal((await m.house.events()).at(-1), "mail.sent success");
});

test("Arabic goes from right to left, with the names of people kept apart", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  const facts: MailFacts["invitation"] = {
    ...{ workspaceName: "Shop & Sons", inviterName: "evil.example/<b>" },
    ...{ role: "team_lead", expiresAt: new Date("2026-11-26T10:00:00Z"), link: LINK },
  };
  await m.queue("invitation", facts, { language: "ar" });
  await m.send();
  const mail = await office.next(TO);
  assert.match(mail.subject, /^دعوة للانضمام إلى Shop & Sons على Wardroom$/);
  assert.match(mail.html, /<html lang="ar" dir="rtl">/);
  assert.match(mail.html, /\u2068Shop &amp; Sons\u2069/);
  assert.match(mail.text, /قائد فريق/);
  assert.doesNotMatch(mail.text, /evil\.example/, "no mail program makes a link of a name");
  assert.doesNotMatch(mail.html, /<b>/);
});

test("the queue belongs to its transaction: what rolls back is never sent", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  const installation = await m.house.handles.vault.openWorkspace(INSTALLATION);
  await assert.rejects(
    inWorkspace(m.house.handles.db, INSTALLATION, async (tx) => {
      await queueMail(narrow<MailTables>(tx), installation, ROOM, {
        ...{ kind: "password_changed", facts: CHANGED, to: TO, language: "en", now: m.house.now() },
      });
      throw new Error("the act failed");
    }),
    /the act failed/,
  );
  await m.send();
  assert.deepEqual([office.tries, await m.waiting()], [0, []]);
});

test("for now refused, it is tried again after two minutes; refused for good, it is given up at once", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  office.refuseWith(451);
  await m.queue("password_changed", CHANGED);
  await m.send();
  await m.send();
  assert.equal(office.tries, 1, "not before its time");
  m.house.pass(119);
  await m.send();
  assert.equal(office.tries, 1);
  m.house.pass(1);
  office.refuseWith(undefined);
  await m.send();
  assert.equal(office.mails.length, 1);

  office.refuseWith(550);
  await m.queue("password_changed", CHANGED);
  await m.send();
  assert.deepEqual(await m.waiting(), []);
  assert.deepEqual((await m.house.events()).slice(-2), ["mail.sent success", "mail.failed failure"]);
});

test("after a day it is given up, and a link for a new password after its ten minutes", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  office.refuseWith(451);
  await m.queue("password_changed", CHANGED);
  await m.queue("password_reset", { link: LINK });
  await m.send();
  assert.equal((await m.waiting()).length, 2);
  office.refuseWith(undefined);
  m.house.pass(10 * 60);
  await m.send();
  assert.deepEqual(
    office.mails.map(({ subject }) => subject),
    ["Your password was changed"],
    "the link is over and is not sent",
  );
  await m.queue("password_changed", CHANGED);
  office.refuseWith(451);
  for (let hour = 0; hour < 25; hour += 1) {
    await m.send();
    m.house.pass(60 * 60);
  }
  assert.deepEqual(await m.waiting(), []);
  assert.equal((await m.house.events()).at(-1), "mail.failed failure");
});

test("a server that cannot be reached, or that refuses us, costs no mail", async () => {
  const closed = await openPostOffice();
  await closed[Symbol.asyncDispose]();
  await using m = await mailHouse(closed);
  await m.queue("password_changed", CHANGED);
  await m.send();
  assert.equal((await m.waiting()).length, 1);
  await using office = await openPostOffice({ port: closed.port });
  m.house.pass(120);
  await m.send();
  assert.equal(office.mails.length, 1);
});

test("killed between the server's yes and our commit, it goes out again under the same Message-ID", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  await m.queue("password_changed", CHANGED);
  const killed: Mailer = {
    ...m.sender.mailer,
    async send(mail) {
      await m.sender.mailer.send(mail);
      throw new Error("killed");
    },
    [Symbol.dispose]: () => undefined,
  };
  await assert.rejects(m.send(killed), /killed/);
  m.house.pass(120);
  await m.send();
  const [first, second] = office.mails;
  assert.deepEqual([office.mails.length, second?.messageId], [2, first?.messageId]);
  assert.match(first?.messageId ?? "", /^<[0-9a-f-]{36}@desk\.example\.com>$/);
});

test("two senders at once send each mail once", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  for (let at = 0; at < 6; at += 1) await m.queue("password_changed", CHANGED, { to: `p${at}@shop.example` });
  await Promise.all([m.send(), m.send(), m.send()]);
  assert.deepEqual(
    office.mails.map(({ to }) => to).sort(),
    [0, 1, 2, 3, 4, 5].map((at) => `p${at}@shop.example`),
  );
});

test("a stranger makes us write to one recipient once a minute at most; others do not wait for it", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  assert.equal(await m.queue("password_reset", { link: LINK }), true);
  m.house.pass(59);
  assert.equal(await m.queue("password_reset", { link: LINK }), false);
  assert.equal(await m.queue("password_reset", { link: LINK }, { to: "omar@shop.example" }), true);
  assert.equal(await m.queue("password_changed", CHANGED), true, "the person's own act is told at once");
  m.house.pass(1);
  assert.equal(await m.queue("password_reset", { link: LINK }), true);
});

test("a mail for nobody is queued like any other and never sent, without a word in the log", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  const before = await m.house.events();
  await m.queue("password_reset", { link: LINK }, { forNobody: true });
  assert.equal((await m.waiting()).length, 1);
  await m.send();
  assert.deepEqual([await m.waiting(), office.tries, await m.house.events()], [[], 0, before]);
});

test("who writes the database sends nothing of their own, to nobody, and revives nothing", async () => {
  await using office = await openPostOffice();
  await using m = await mailHouse(office);
  await m.queue("password_reset", { link: LINK });
  await m.queue("password_changed", CHANGED, { to: "omar@shop.example", about: m.workspaceId });
  await m.house.asSuperuser(`create table kept as select * from mail_message`);
  // One person's link under another's address; and a mail that outlives its time.
  await m.house.asSuperuser(`update mail_message set recipient_sealed =
    (select recipient_sealed from kept where kind = 'password_changed') where kind = 'password_reset'`);
  await m.house.asSuperuser(`insert into mail_message select workspace_id, gen_random_uuid(), kind, recipient_sealed,
    subject_sealed, body_sealed, about_workspace, 0, created_at, due_at from kept`);
  await m.send();
  assert.deepEqual(
    office.mails.map(({ to, subject }) => [to, subject]),
    [["omar@shop.example", "Your password was changed"]],
  );
  const told = (events: string[]) => events.filter((event) => event.startsWith("mail.")).sort();
  const refused = "mail.failed failure";
  assert.deepEqual(told(await m.house.events(m.workspaceId)), [refused, "mail.sent success"]);
  assert.deepEqual(told(await m.house.events()), [refused, refused]);
  await m.house.asSuperuser("insert into mail_message select * from kept");
  await m.send();
  assert.equal(office.mails.length, 1, "its key is gone");
});
