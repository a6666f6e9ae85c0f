import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "../../contract/conversations.ts";
import { openLog } from "../../server/platform/log.ts";
import { asSuperuser } from "../support/attack-rig.ts";
import { Desk, textsOf } from "../support/desk.ts";
import { MetaDoor, newPerson, secondsOf } from "../support/meta-door.ts";
import { rounds } from "../support/rounds.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { senderRig } from "../support/sender-rig.ts";
import { openSession, startSession, type TestSession, totpCode } from "../support/test-session.ts";
import { until } from "../support/until.ts";
import { WrongClock } from "../support/wrong-clock.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How early we treat the window as closed (server/whatsapp/service-window.ts). */
const MARGIN_MS = MINUTE_MS;

/** A zone that puts its clocks back and forward, for the machine and for PostgreSQL. */
const ZONE = "America/New_York";

const zoneBefore = process.env["TZ"];
before(() => {
  process.env["TZ"] = ZONE;
});
after(() => {
  if (zoneBefore === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zoneBefore;
});

/** A Wardroom on a machine with a wrong clock, and a chat whose customer writes by Meta's time. */
async function desk(start?: Date) {
  const time = new WrongClock(new Date()); // certificates are looked at by the real one
  const running = await runWardroom({ clock: time.machine, log: openLog("silent") });
  await asSuperuser(running, async (client) => {
    const { rows } = await client.query("select current_database() as name");
    await client.query(`alter database ${rows[0].name} set timezone = '${ZONE}'`);
    // Those that stand keep the zone that they began with.
    await client.query(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and usename = 'wardroom_app'",
    );
  });
  const door = new MetaDoor(running);
  const { wardroom, made } = running;
  const simulator = wardroom.simulator!;
  const person = newPerson();
  const { customerId } = await simulator.addCustomer({
    phoneNumberId: made.number?.phoneNumberId ?? "",
    ...{ name: person.name, phone: `+${person.waId}` },
  });
  // The simulator's own clock is the machine's; what Meta says with a time comes by the door, with the true one.
  simulator.behaviour(customerId, { delays: { sentMs: HOUR_MS, deliveredMs: HOUR_MS, readMs: HOUR_MS } });
  /**
   * Whoever finds their screen locked after a jump shows a recovery code: their phone's clock is right, and so its codes
   * are not of the program's time. Once those are spent, a code of the program's time.
   */
  const recoveryCodes = [...made.owner.recoveryCodes];
  const unlocking = (one: TestSession) => {
    one.whenLocked = () => {
      const recoveryCode = recoveryCodes.pop();
      const totp = () => totpCode(made.owner.totpSecret, wardroom.rooms.identity.clock());
      return one.post("/session/factor", recoveryCode === undefined ? { totp: totp() } : { recoveryCode });
    };
    return one;
  };
  let session = unlocking(running.owner);
  const sessions: TestSession[] = [];
  const rig = {
    ...{ running, time, door, person, customerId, simulator },
    get session() {
      return session;
    },
    get desk() {
      return new Desk(session);
    },
    /** After 12 hours everybody signs in again, by a phone that knows the true time. */
    async signIn() {
      const { email, totpSecret } = made.owner;
      session = unlocking(
        await startSession(wardroom, { email, password: OWNER_PASSWORD, totpSecret, now: time.now }),
      );
      sessions.push(session);
    },
    async inbound(text: string, at = time.now) {
      const message = door.text(person, text, { timestamp: secondsOf(at) });
      const answer = await door.post(door.change({ contacts: [door.contact(person)], messages: [message] }));
      assert.equal(answer.status, 200);
      return message;
    },
    async chat() {
      return rig.desk.getChat(person.name);
    },
    async send(text: string) {
      const { id } = await rig.chat();
      return session.api("POST", `/conversations/${id}/messages`, {
        ...{ kind: "text", clientId: randomUUID(), text },
      });
    },
    async messages(): Promise<Message[]> {
      return rig.desk.messages((await rig.chat()).id);
    },
    async status(name: string, wamid: string) {
      const one = { id: wamid, status: name, timestamp: secondsOf(time.now), recipient_id: person.waId };
      assert.equal((await door.post(door.change({ statuses: [one] }))).status, 200);
    },
    onPhone: (text: string) => simulator.messagesOf(customerId).filter((each) => each.text === text),
    async [Symbol.asyncDispose]() {
      for (const each of sessions) await each.close();
      await running[Symbol.asyncDispose]();
    },
  };
  if (start !== undefined) {
    time.trueMs = start.getTime();
    await rig.signIn();
  }
  await simulator.sendAsCustomer(customerId, { type: "text", body: "hello" });
  await until(async () => (await rig.desk.chatOf(person.name)) !== undefined);
  return rig;
}

type Rig = Awaited<ReturnType<typeof desk>>;

/** One message in and one out, with all its statuses in the wrong order; its ticks never go back. */
async function exchange(rig: Rig, name: string): Promise<void> {
  const { time } = rig;
  await rig.inbound(`in ${name}`);
  const sent = await rig.send(`out ${name}`);
  assert.equal(sent.status, 200, name);
  const state = async () => (await rig.messages()).find(({ id }) => id === sent.body.id);
  await until(async () => (await state())?.sendState === "accepted");
  const [phone, ...more] = rig.onPhone(`out ${name}`);
  assert.deepEqual(more, [], `${name} reached the phone once`);
  const seen: Array<Message["delivery"]> = [];
  for (const status of ["delivered", "sent", "read", "delivered", "sent"]) {
    time.pass(SECOND_MS);
    await rig.status(status, phone?.wamid ?? "");
    seen.push((await state())?.delivery ?? null);
  }
  assert.deepEqual(seen, ["delivered", "delivered", "read", "read", "read"], name);
}

test("over jumps of an hour back and forward every message arrives once, goes once, and no status goes back", async (t) => {
  await using rig = await desk();
  const count = rounds({ short: 6, whole: 60 });
  const jumps = [0, 1, 0, -1, 0, 1, -1, 0, -2, 2];
  for (let round = 0; round < count; round += 1) {
    rig.time.offMs = (jumps[round % jumps.length] ?? 0) * HOUR_MS;
    if (round % 20 === 19) rig.time.pass(MINUTE_MS);
    await sleep(rounds({ short: 0, whole: 4_000 })); // one person has 600 requests a minute
    await exchange(rig, `round ${round} at ${rig.time.offMs / HOUR_MS} h`);
  }
  const texts = textsOf(await rig.messages());
  assert.equal(new Set(texts).size, texts.length);
  const { rows } = await asSuperuser(rig.running, (client) =>
    client.query("select kind, recorded_at, position from inbox_message order by position"),
  );
  assert.equal(rows.length, 1 + 2 * count);
  const times = rows.map(({ recorded_at }) => recorded_at.getTime());
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
    "what came later is not recorded as earlier",
  );
  t.diagnostic(`${count} jumps`);
});

test("a jump opens no window that is closed at Meta, and one at the wrong time costs no customer theirs", async () => {
  await using rig = await desk();
  const { time } = rig;
  const isOpen = async () => {
    const { windowClosesAt } = await rig.chat();
    const answer = await rig.send(`try ${randomBytes(4).toString("hex")}`);
    assert.equal(answer.status, windowClosesAt === null ? 409 : 200);
    if (answer.status !== 200) assert.equal(answer.body.code, "inbox.window_closed");
    return windowClosesAt !== null;
  };
  // Written while the machine's clock is an hour behind, which is found out at once.
  await rig.chat();
  time.offMs = -HOUR_MS;
  await rig.inbound("I have a question");
  const wroteAt = time.trueMs;
  time.offMs = 0;
  time.trueMs = wroteAt + DAY_MS - MARGIN_MS - SECOND_MS;
  await rig.signIn();
  assert.equal(await isOpen(), true, "an hour's mistake at the customer's message costs nothing");

  time.trueMs = wroteAt + DAY_MS - MARGIN_MS + SECOND_MS;
  for (const hours of [0, -1, 0, -2]) {
    time.offMs = hours * HOUR_MS;
    assert.equal(await isOpen(), false, `closed, at ${hours} h`);
  }
  time.offMs = 0;
  await rig.inbound("still there?");
  assert.equal(await isOpen(), true);
  time.pass(DAY_MS - 30 * MINUTE_MS);
  await rig.signIn();
  time.offMs = HOUR_MS;
  assert.equal(await isOpen(), false, "a clock that is ahead closes early, never late");
});

test("what has ended by its time stays ended when the clock is set back: sessions, and codes that were spent", async () => {
  await using rig = await desk();
  const { time, running } = rig;
  const status = async (session: TestSession) => (await session.api("GET", "/conversations/counts")).status;
  assert.equal(await status(running.owner), 200);
  time.pass(12 * HOUR_MS);
  assert.equal(await status(running.owner), 401);
  time.offMs = -HOUR_MS;
  assert.equal(await status(running.owner), 401);

  const { email, totpSecret } = running.made.owner;
  const used = totpCode(totpSecret, time.now);
  await rig.signIn();
  const again = openSession(running.wardroom);
  await again.post("/session", { email, password: OWNER_PASSWORD });
  const answer = await again.api("POST", "/session/factor", { totp: used });
  assert.equal(answer.body.code, "identity.code_used");
  await again.close();
});

test("people sign in with their phone's code as soon as a clock that was ahead is put right", async () => {
  await using rig = await desk();
  const { time } = rig;
  time.offMs = 2 * HOUR_MS;
  await rig.chat();
  await assert.rejects(rig.signIn(), /identity\.code_wrong/);
  time.offMs = 0;
  time.pass(MINUTE_MS);
  await rig.signIn();
  const counts = await rig.session.api("GET", "/conversations/counts");
  assert.equal(counts.status, 200, "though the program's own clock is still ahead");
});

/** The next moment at which the zone's clocks change, to the minute. */
function nextChange(zone: string, from: Date): Date {
  const offset = (ms: number) =>
    new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).format(ms).split("GMT")[1];
  let [low, high] = [from.getTime(), from.getTime()];
  while (offset(high) === offset(low)) high += DAY_MS;
  low = high - DAY_MS;
  while (high - low > MINUTE_MS) {
    const middle = (low + high) / 2;
    if (offset(middle) === offset(low)) low = middle;
    else high = middle;
  }
  return new Date(Math.round(high / MINUTE_MS) * MINUTE_MS);
}

for (const [name, nth] of [
  ["forward or back", 1],
  ["back or forward", 2],
] as const) {
  test(`where the clocks are put ${name} (${nth}. change from today) messages keep their order and the window its 24 hours`, async () => {
    let change = nextChange(ZONE, new Date());
    if (nth === 2) change = nextChange(ZONE, new Date(change.getTime() + DAY_MS));
    await using rig = await desk(new Date(change.getTime() - 90 * MINUTE_MS));
    const { time } = rig;
    const expected: string[] = ["hello"];
    for (let step = 0; step < 6; step += 1) {
      time.pass(30 * MINUTE_MS);
      await rig.inbound(`step ${step}`);
      expected.push(`step ${step}`);
      const { windowClosesAt } = await rig.chat();
      const wanted = Math.floor(time.trueMs / 1000) * 1000 + DAY_MS - MARGIN_MS;
      assert.equal(Date.parse(windowClosesAt ?? ""), wanted);
    }
    await exchange(rig, "after the change");
    assert.deepEqual(textsOf(await rig.messages()), [
      ...expected,
      "in after the change",
      "out after the change",
    ]);
    await assertDaysAreUtc(rig);
  });
}

/** Every entry of the log lies under the day of UTC in which it happened, whatever the machine's zone. */
async function assertDaysAreUtc({ running }: Rig): Promise<void> {
  const { rows } = await asSuperuser(running, (client) =>
    client.query(
      "select count(*)::int as entries, count(*) filter (where day <> (occurred_at at time zone 'UTC')::date)::int as misplaced from audit_event",
    ),
  );
  assert.ok(rows[0].entries > 0);
  assert.equal(rows[0].misplaced, 0);
}

test("a smeared second and a clock that trembles disorder nothing", async () => {
  await using rig = await desk();
  const { time } = rig;
  const count = rounds({ short: 40, whole: 1_000 });
  const texts: string[] = ["hello"];
  for (let n = 0; n < count; n += 1) {
    // A second is smeared over the day, as by Google's and Amazon's time servers, and each reading is some ms off.
    if (n % 3 === 0) time.pass(DAY_MS / count);
    time.offMs = -(SECOND_MS * n) / count + (n % 7) * 5 - 15;
    if (n % 100 === 99) await rig.signIn();
    await rig.inbound(`smear ${n}`);
    texts.push(`smear ${n}`);
  }
  const { rows } = await asSuperuser(rig.running, (client) =>
    client.query("select recorded_at from inbox_message order by position"),
  );
  const times = rows.map(({ recorded_at }) => recorded_at.getTime());
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.equal(times.length, texts.length);
  if (count < 100) assert.deepEqual(textsOf(await rig.messages()), texts);
});

test("over the end of a month, there and back again and anew, nothing is lost or becomes unreadable", async () => {
  const today = new Date();
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1);
  await using rig = await desk(new Date(midnight - 10 * MINUTE_MS));
  const { time, running } = rig;
  const moments = [-MINUTE_MS, -1, 0, 1, MINUTE_MS];
  const expected: string[] = ["hello"];
  for (const moment of moments) {
    time.trueMs = midnight + moment;
    for (const hours of [0, -1, 1, 0]) {
      time.offMs = hours * HOUR_MS;
      const text = `at ${moment} ms with ${hours} h`;
      await rig.inbound(text);
      expected.push(text);
    }
  }
  time.offMs = 0;
  assert.deepEqual(textsOf(await rig.messages()), expected);
  await assertDaysAreUtc(rig);
  const { rows } = await asSuperuser(running, (client) =>
    client.query("select distinct month::text from vault.data_key where class = 'conversation' order by 1"),
  );
  assert.equal(rows.length, 2, "both months have their key, and no third one");
  const accepted = await asSuperuser(running, (client) =>
    client.query("select count(*)::int as n from audit_event where kind = 'webhook.accepted'"),
  );
  assert.equal(accepted.rows[0].n, expected.length, "each POST is in the log");
});

test("what a clock that was an hour ahead has queued goes at once after a restart with the right one", async () => {
  await using rig = await senderRig();
  const { workspaceId } = rig;
  rig.advance(HOUR_MS);
  const fresh = await rig.queue(randomUUID());
  const tried = await rig.queue(randomUUID());
  const throttled = await rig.queue(randomUUID());
  await asSuperuser(rig, async (client) => {
    const failed =
      "update whatsapp_outbox set attempts = 2, failure_reason = 'rate_limited', due_at = due_at - $2::interval where id = $1";
    await client.query(failed, [tried, "0"]);
    await client.query(failed, [throttled, "50 minutes"]);
  });
  rig.advance(-HOUR_MS);
  await using sender = rig.openSender();
  sender.wake(workspaceId);
  await rig.until(
    "both go",
    async () => (await rig.stateOf(fresh)) === "accepted" && (await rig.stateOf(tried)) === "accepted",
  );
  assert.equal(await rig.stateOf(throttled), "queued", "a wait that can be true is kept");
});
