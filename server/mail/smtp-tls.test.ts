import assert from "node:assert/strict";
import { test } from "node:test";
import { openPostOffice, type PostOfficeOptions } from "../../tests/support/post-office.ts";
import { testAuthority } from "../../tests/support/test-authority.ts";
import { openWireTap, type WireTapOptions } from "../../tests/support/wire-tap.ts";
import { Secret } from "../platform/secret.ts";
import { isInTheClear, openMailer, type SmtpSettings } from "./smtp.ts";

/** The attacker: whoever is on the way to the mail server, or in its place, and wants its password or the mails. */
const HOST = "127.0.0.1";
const LOGIN = { user: "wardroom", password: "a password for the relay" };
const MAIL = {
  ...{ messageId: "<1@desk.example>", to: "layla@shop.example", language: "en" },
  ...{ subject: "Choose a new password", text: "https://desk.example/recover#secret", html: "<p>secret</p>" },
};

const authority = await testAuthority();
const stranger = await testAuthority();
const good = await authority.issue(HOST);

/** Everything by which the password or the mail could be known on the wire. */
const SECRETS = [
  ...[LOGIN.password, MAIL.subject, MAIL.to, "secret"],
  ...[LOGIN.password, `\0${LOGIN.user}\0${LOGIN.password}`].map((text) =>
    Buffer.from(text).toString("base64"),
  ),
];

type Begins = "at once" | "by STARTTLS";

interface Sent {
  /** What became of it: "sent", or why not. */
  readonly outcome: string;
  readonly arrived: number;
  /** What of the password and the mail could be read on the way. */
  readonly read: readonly string[];
}

/** Sends one mail with the login to such a server, with somebody on the way. */
async function sendTo(
  begins: Begins,
  server: PostOfficeOptions,
  { bend, more = {} }: WireTapOptions & { readonly more?: Partial<SmtpSettings> } = {},
): Promise<Sent> {
  await using office = await openPostOffice({ login: LOGIN, ...server });
  await using tap = await openWireTap(office.port, bend === undefined ? {} : { bend });
  using mailer = openMailer({
    ...{ host: HOST, port: tap.port, isImplicitTls: begins === "at once", from: "noreply@desk.example" },
    login: { user: LOGIN.user, password: new Secret(LOGIN.password) },
    ca: authority.certificate,
    ...more,
  });
  const { verdict, reason } = await mailer.send(MAIL);
  const tried = await mailer.verify();
  assert.equal(tried.ok, verdict === "sent", "what doctor would say is what becomes of mails");
  const outcome = verdict === "sent" ? verdict : `${verdict} ${reason}`;
  const wire = tap.sent();
  return { outcome, arrived: office.mails.length, read: SECRETS.filter((secret) => wire.includes(secret)) };
}

for (const begins of ["at once", "by STARTTLS"] as const) {
  const asked = begins === "at once" ? "TLS from the first byte" : "STARTTLS";

  test(`${asked}: a server with the right certificate gets the login and the mail, sealed on the way`, async () => {
    for (const newest of [undefined, "TLSv1.2"] as const) {
      const tls = { begins, ...good, ...(newest === undefined ? {} : { newest }) };
      assert.deepEqual(await sendTo(begins, { tls }), { outcome: "sent", arrived: 1, read: [] });
    }
  });

  test(`${asked}: a certificate of another name, one that has run out, or a stranger's, gets nothing`, async () => {
    const certificates = {
      "of another name": await authority.issue("mail.example.com"),
      "of another address": await authority.issue("127.0.0.2"),
      "that has run out": await authority.issue(HOST, "ended"),
      "of a stranger's authority": await stranger.issue(HOST),
    };
    for (const [which, certificate] of Object.entries(certificates)) {
      const sent = await sendTo(begins, { tls: { begins, ...certificate } });
      assert.match(sent.outcome, /^transient /, which);
      assert.deepEqual([sent.arrived, sent.read], [0, []], which);
    }
  });

  test(`${asked}: a server that has nothing newer than TLS 1.1 gets nothing`, async () => {
    const sent = await sendTo(begins, { tls: { begins, ...good, newest: "TLSv1.1" } });
    assert.match(sent.outcome, /^transient /);
    assert.deepEqual([sent.arrived, sent.read], [0, []]);
  });

  test(`${asked}: a server that speaks in the clear only gets neither password nor mail`, async () => {
    const sent = await sendTo(begins, {});
    assert.match(sent.outcome, /^transient /);
    assert.deepEqual([sent.arrived, sent.read], [0, []]);
  });
}

/** What somebody on the way makes of the server's words. */
const noOffer = (said: string) => said.replace(/250-(AUTH [A-Z ]+\r\n)250 STARTTLS\r\n/, "250 $1");
const noAnswer = (said: string) => said.replace(/^220 Ready.*\r\n$/i, "454 TLS not available\r\n");
const oldServer = (said: string) => said.replace(/^250-[\s\S]*$/, "502 no EHLO\r\n");

test("who takes STARTTLS out of what the server offers, or refuses it in its place, gets nothing", async () => {
  const tls = { begins: "by STARTTLS", ...good } as const;
  for (const bend of [noAnswer, oldServer, (said: string) => noAnswer(noOffer(said))]) {
    const sent = await sendTo("by STARTTLS", { tls }, { bend });
    assert.match(sent.outcome, /^transient /, bend.name);
    assert.deepEqual([sent.arrived, sent.read], [0, []], bend.name);
  }
  const asked = await sendTo("by STARTTLS", { tls }, { bend: noOffer });
  assert.deepEqual(asked, { outcome: "sent", arrived: 1, read: [] }, "it is asked for without an offer");
});

test("what somebody slips in behind the answer to STARTTLS is not taken for the server's word", async () => {
  const tls = { begins: "by STARTTLS", ...good } as const;
  const bend = (said: string) => said.replace(/^(220 Ready.*\r\n)$/i, "$1250-evil\r\n250 AUTH PLAIN\r\n");
  const sent = await sendTo("by STARTTLS", { tls }, { bend });
  assert.deepEqual(sent.read, []);
  assert.ok(sent.outcome === "sent" || sent.outcome.startsWith("transient "), sent.outcome);
});

test("only a relay on this machine's loopback, and only without a login, is spoken to in the clear", async () => {
  const login = { user: LOGIN.user, password: new Secret(LOGIN.password) };
  const hosts = ["127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "::1"];
  const others = ["localhost.evil.example", "127.0.0.1.evil.example", "127.1", "0.0.0.0", "::ffff:127.0.0.1"];
  for (const host of [...hosts, ...others]) {
    const settings = { host, isImplicitTls: false };
    assert.equal(isInTheClear({ ...settings, login: undefined }), hosts.includes(host), host);
    assert.equal(isInTheClear({ ...settings, login }), false, host);
    assert.equal(isInTheClear({ ...settings, isImplicitTls: true, login: undefined }), false, host);
  }
  await using office = await openPostOffice();
  using mailer = openMailer({
    ...{ host: "localhost", port: office.port, isImplicitTls: false, login: undefined },
    from: "noreply@desk.example",
  });
  assert.equal((await mailer.send(MAIL)).verdict, "sent");
});
