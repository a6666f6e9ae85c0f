import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { type Answer, accept, refuse, senderRig, text } from "../../../tests/support/sender-rig.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { decideInDoubt } from "./decide-in-doubt.ts";
import { settleByStatus } from "./settle-by-status.ts";
import { sweepOutbox } from "./sweep-outbox.ts";

test("what was queued is sent once, with our id, and settled with Meta's", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  const contact = newId<string>();

  const id = await rig.queue(contact, text("مرحبا"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("accepted", async () => (await rig.stateOf(id)) === "accepted");

  assert.equal(rig.seen.length, 1);
  assert.match(rig.seen[0]!.path, /^\/v25\.0\/106\/messages\?appsecret_proof=[0-9a-f]{64}$/);
  assert.deepEqual(rig.seen[0]!.body["text"], { body: "مرحبا", preview_url: false });
  assert.equal(rig.seen[0]!.body["biz_opaque_callback_data"], id);
  assert.deepEqual(
    rig.settlements.map(({ at, ...settlement }) => settlement),
    [
      {
        workspaceId: rig.workspaceId,
        id,
        contactId: contact,
        state: "accepted",
        alarm: false,
        wamid: `wamid.${id}`,
        recipient: { waId: "966500000142", userId: "SA.1" },
      },
    ],
  );
  const [row] = await rig.rows();
  assert.equal(row!.payload_sealed.length, 0, "the content is not kept twice");
});

test("the attempt is committed before anything leaves", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  const id = newId<string>();
  let seenState: string | undefined;
  rig.answer = async (request) => {
    const [row] = await rig.rows();
    seenState = `${row!.state} ${row!.attempts} ${row!.attempted_at instanceof Date}`;
    accept(request);
  };
  await rig.queue(id, text("x"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("settled", () => rig.settlements.length === 1);
  assert.equal(seenState, "sending 1 true");
});

test("a sender that nobody wakes finds the row by itself", async () => {
  await using rig = await senderRig();
  const id = await rig.queue(newId());
  await using sender = rig.openSender();
  sender.start();
  await rig.until("accepted", async () => (await rig.stateOf(id)) === "accepted");
});

test("a contact's messages leave in order, one at a time; contacts do not wait for each other", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  const [slow, quick] = [newId<string>(), newId<string>()];
  const held: Array<() => void> = [];
  rig.answer = (request) => {
    const body = String((request.body["text"] as { body: string }).body);
    if (body.startsWith("slow")) held.push(() => accept(request));
    else accept(request);
  };
  for (const body of ["slow 1", "slow 2", "slow 3"]) await rig.queue(slow, text(body));
  for (const body of ["quick 1", "quick 2"]) await rig.queue(quick, text(body));
  sender.wake(rig.workspaceId);

  await rig.until("the quick ones are through", () => rig.settlements.length === 2);
  assert.equal(held.length, 1, "the second of the slow contact waits for the first");
  for (let answered = 0; answered < 3; answered++) {
    await rig.until("the next one came", () => held.length > answered);
    held[answered]!();
  }
  await rig.until("all accepted", () => rig.settlements.length === 5);
  const texts = rig.seen.map(({ body }) => (body["text"] as { body: string }).body);
  assert.deepEqual(
    texts.filter((body) => body.startsWith("slow")),
    ["slow 1", "slow 2", "slow 3"],
  );
});

test("what may have left is in doubt and never sent again by itself", async (t) => {
  const cases: Array<[name: string, answer: Answer]> = [
    ["the connection is cut before the answer", ({ reply }) => reply.socket?.destroy()],
    ["a bare 500", ({ reply }) => reply.writeHead(500).end()],
    ["a 503 with Meta's error", refuse(2, 503)],
    ["a 200 that is not JSON", ({ reply }) => reply.end("<html>")],
    ["a 200 without a message", ({ reply }) => reply.end('{"messages":[]}')],
    ["no answer at all", () => {}],
  ];
  for (const [name, answer] of cases) {
    await t.test(name, async () => {
      await using rig = await senderRig();
      await using sender = rig.openSender();
      rig.answer = answer;
      const id = await rig.queue(newId(), text("once"), (workspaceId) => sender.wake(workspaceId));
      await rig.until("in doubt", async () => (await rig.stateOf(id)) === "in_doubt");
      sender.wake(rig.workspaceId);
      await sleep(100);
      assert.equal(rig.seen.length, 1);
      assert.deepEqual(
        rig.settlements.map(({ state }) => state),
        ["in_doubt"],
      );
    });
  }
});

test("a message in doubt holds its contact for a minute, and nobody else", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  const contact = newId<string>();
  rig.answer = (request, nth) => (nth === 1 ? request.reply.socket?.destroy() : accept(request));
  await rig.queue(contact, text("doubtful"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("in doubt", () => rig.settlements.length === 1);

  const next = await rig.queue(contact, text("next"), (workspaceId) => sender.wake(workspaceId));
  const other = await rig.queue(newId(), text("other"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("the other contact's went", async () => (await rig.stateOf(other)) === "accepted");
  assert.equal(await rig.stateOf(next), "queued");

  rig.advance(61_000);
  sender.wake(rig.workspaceId);
  await rig.until("the next one went", async () => (await rig.stateOf(next)) === "accepted");
});

test("a status with our id settles a doubt, also while the answer is still on its way", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  let finish = () => {};
  rig.answer = (request) => {
    finish = () => accept(request);
  };
  const id = await rig.queue(newId(), text("x"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("it left", () => rig.seen.length === 1);
  const settle = () =>
    inWorkspace(rig.db, rig.workspaceId, (tx) => settleByStatus(narrow(tx), rig.workspaceId, [id]));

  assert.deepEqual(await settle(), [id]);
  assert.equal(await rig.stateOf(id), "accepted");
  assert.deepEqual(await settle(), [], "the second status changes nothing");
  finish();
  await sleep(100);
  assert.equal(await rig.stateOf(id), "accepted", "the answer does not change it either");
  assert.deepEqual(rig.settlements, []);
});

test("a failure that comes after a status does not take the acceptance back", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  let cut = () => {};
  rig.answer = ({ reply }) => {
    cut = () => reply.socket?.destroy();
  };
  const id = await rig.queue(newId(), text("x"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("it left", () => rig.seen.length === 1);
  await inWorkspace(rig.db, rig.workspaceId, (tx) => settleByStatus(narrow(tx), rig.workspaceId, [id]));
  cut();
  await sleep(150);
  assert.equal(await rig.stateOf(id), "accepted");
  assert.deepEqual(rig.settlements, []);
});

test("after 15 minutes a person decides, and not before", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  rig.answer = (request, nth) => (nth <= 2 ? request.reply.socket?.destroy() : accept(request));
  const first = await rig.queue(newId(), text("a"), (workspaceId) => sender.wake(workspaceId));
  const second = await rig.queue(newId(), text("b"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("both in doubt", () => rig.settlements.length === 2);
  const decide = (id: string, decision: "send_again" | "drop") =>
    inWorkspace(rig.db, rig.workspaceId, (tx) =>
      decideInDoubt(narrow(tx), {
        workspaceId: rig.workspaceId,
        id,
        decision,
        now: rig.clock(),
        wake: (workspaceId) => sender.wake(workspaceId),
      }),
    );

  await assert.rejects(decide(first, "send_again"), /send_still_in_doubt/);
  assert.equal(await rig.stateOf(first), "in_doubt");
  rig.advance(15 * 60_000);
  assert.equal(await decide(second, "drop"), "dropped");
  assert.equal(await decide(first, "send_again"), "queued");
  await rig.until("sent again", async () => (await rig.stateOf(first)) === "accepted");
  assert.equal(await rig.stateOf(second), "dropped");
  assert.equal(rig.seen.length, 3);
  await assert.rejects(decide(first, "send_again"), /send_settled/);
  await assert.rejects(decide(newId(), "drop"), /send_not_found/);
});

test("a throttle makes the number wait and then sends the same again", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  rig.answer = (request, nth) => (nth === 1 ? refuse(130429)(request, nth) : accept(request));
  const id = await rig.queue(newId(), text("x"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("requeued", () => rig.settlements.length === 1);
  assert.deepEqual(
    rig.settlements.map(({ state, failure }) => [state, failure?.reason]),
    [["queued", "rate_limited"]],
  );
  sender.wake(rig.workspaceId);
  await sleep(100);
  assert.equal(rig.seen.length, 1, "not within the second that it waits");
  rig.advance(1_100);
  sender.wake(rig.workspaceId);
  await rig.until("accepted", async () => (await rig.stateOf(id)) === "accepted");
});

test("too much for one person makes that person wait, longer each time, and nobody else", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  rig.answer = (request, nth) => (nth <= 2 ? refuse(131056)(request, nth) : accept(request));
  const id = await rig.queue(newId(), text("x"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("requeued", () => rig.settlements.length === 1);
  rig.advance(1_000);
  sender.wake(rig.workspaceId);
  await rig.until("requeued again", () => rig.settlements.length === 2);
  const [row] = await rig.rows();
  const waitMs = row!.due_at.getTime() - rig.clock().getTime();
  assert.ok(waitMs > 2_500 && waitMs <= 4_000, "4 s after the second");

  const other = await rig.queue(newId(), text("y"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("the other went", async () => (await rig.stateOf(other)) === "accepted");
  assert.equal(await rig.stateOf(id), "queued");
});

test("a token that no longer works stops the number; the queue waits, says so, and goes on after one trial", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  rig.answer = refuse(190, 401);
  const ids = [await rig.queue(newId()), await rig.queue(newId())];
  sender.wake(rig.workspaceId);
  await rig.until("stopped", () => rig.settlements.length >= 1);
  const stopped = async () => {
    const rows = await inWorkspace(rig.db, rig.workspaceId, (tx) =>
      tx.selectFrom("whatsapp_number").select("sending_stopped").execute(),
    );
    return rows[0]!.sending_stopped;
  };
  await rig.until("said so", async () => (await stopped()) === "token_invalid");
  assert.ok(rig.settlements.every(({ state, failure }) => state === "queued" && failure?.code === 190));
  const before = rig.seen.length;
  await rig.queue(newId(), text("later"), (workspaceId) => sender.wake(workspaceId));
  await sleep(100);
  assert.equal(rig.seen.length, before, "nothing leaves while it is stopped");

  rig.advance(15 * 60_000);
  sender.wake(rig.workspaceId);
  await rig.until("one tried", () => rig.seen.length > before);
  await sleep(100);
  assert.equal(rig.seen.length, before + 1, "one only");

  rig.answer = accept;
  rig.advance(15 * 60_000);
  sender.wake(rig.workspaceId);
  await rig.until("all went", async () => (await rig.rows()).every(({ state }) => state === "accepted"));
  assert.equal(await stopped(), null);
  assert.equal(ids.length, 2);
  const { rows } = await inWorkspace(rig.db, rig.workspaceId, (tx) =>
    sql<{
      kind: string;
    }>`select kind from audit_event where kind like 'number.sending%' order by occurred_at, id`.execute(tx),
  );
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ["number.sending_stopped", "number.sending_resumed"],
  );
});

test("a refusal of the message is told to its author with our reason and Meta's code", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  rig.answer = refuse(131047);
  const id = await rig.queue(newId(), text("x"), (workspaceId) => sender.wake(workspaceId));
  await rig.until("failed", async () => (await rig.stateOf(id)) === "failed");
  assert.deepEqual(
    rig.settlements.map(({ state, failure, alarm }) => [state, failure?.code, failure?.reason, alarm]),
    [["failed", 131047, "window_closed", false]],
  );
});

test("what provably never left is sent again when Meta can be reached", async () => {
  await using rig = await senderRig();
  const id = await rig.queue(newId());
  {
    await using cutOff = rig.openSender("http://127.0.0.1:1");
    cutOff.wake(rig.workspaceId);
    await rig.until("it was tried", () => rig.settlements.length === 1);
    assert.deepEqual(
      rig.settlements.map(({ state, failure }) => [state, failure?.reason]),
      [["queued", "unreachable"]],
    );
  }
  await using sender = rig.openSender();
  rig.advance(1_100);
  sender.wake(rig.workspaceId);
  await rig.until("accepted", async () => (await rig.stateOf(id)) === "accepted");
  assert.equal(rig.seen.length, 1);
});

test("rows that a dead sender left on their way are in doubt for the next one, and are not sent", async () => {
  await using rig = await senderRig();
  const id = await rig.queue(newId());
  // What a kill -9 leaves after the attempt's commit: the row as it is then, and a lease that has run out.
  await inWorkspace(rig.db, rig.workspaceId, (tx) =>
    tx
      .updateTable("whatsapp_outbox")
      .set({ state: "sending", attempts: 1, attempted_at: rig.clock() })
      .execute(),
  );
  await using sender = rig.openSender();
  sender.wake(rig.workspaceId);
  await rig.until("in doubt", async () => (await rig.stateOf(id)) === "in_doubt");
  await sleep(100);
  assert.equal(rig.seen.length, 0);
  assert.deepEqual(
    rig.settlements.map(({ state, failure }) => [state, failure?.reason]),
    [["in_doubt", "restarted"]],
  );
});

test("two senders never work on one number at once", async () => {
  await using rig = await senderRig();
  await using one = rig.openSender();
  await using two = rig.openSender();
  let open = 0;
  let most = 0;
  const contact = newId<string>();
  rig.answer = (request) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      accept(request);
    }, 20);
  };
  for (let n = 0; n < 6; n++) await rig.queue(contact, text(`${n}`));
  one.wake(rig.workspaceId);
  two.wake(rig.workspaceId);
  const poke = setInterval(() => {
    one.wake(rig.workspaceId);
    two.wake(rig.workspaceId);
  }, 5);
  await rig.until("all went", () => rig.settlements.length === 6);
  clearInterval(poke);
  assert.equal(most, 1);
  assert.deepEqual(
    rig.seen.map(({ body }) => (body["text"] as { body: string }).body),
    ["0", "1", "2", "3", "4", "5"],
  );
});

test("a file is at Meta before the attempt begins, and a file that fails begins none", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  const mediaId = newId<string>();
  const payload = {
    kind: "media",
    to: { waId: null, userId: "SA.1" },
    type: "image",
    mediaId,
    caption: "c",
    fileName: null,
    replyToWamid: null,
  } as const;
  let tries = 0;
  rig.hooks.upload = async () => {
    tries += 1;
    assert.deepEqual(
      (await rig.rows()).map(({ state, attempts }) => [state, attempts]),
      [["queued", 0]],
    );
    if (tries === 1) throw new Error("the disk is slow today");
    return "meta-1";
  };
  const id = await rig.queue(newId(), payload, (workspaceId) => sender.wake(workspaceId));
  await rig.until("tried once", () => rig.settlements.length === 1);
  assert.deepEqual(
    rig.settlements.map(({ state, failure }) => [state, failure?.reason]),
    [["queued", "media_unavailable"]],
  );
  assert.equal(rig.seen.length, 0);
  rig.advance(1_100);
  sender.wake(rig.workspaceId);
  await rig.until("accepted", async () => (await rig.stateOf(id)) === "accepted");
  assert.deepEqual(rig.seen[0]!.body["image"], { id: "meta-1", caption: "c" });
});

test("a read receipt goes once, settles nobody's message and leaves no row", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  rig.answer = ({ reply }) => reply.end('{"success":true}');
  await rig.queue(newId(), { kind: "read_receipt", wamid: "wamid.1", typing: true }, (workspaceId) =>
    sender.wake(workspaceId),
  );
  await rig.until("gone", async () => (await rig.rows()).length === 0);
  assert.deepEqual(rig.seen[0]!.body, {
    messaging_product: "whatsapp",
    status: "read",
    message_id: "wamid.1",
    typing_indicator: { type: "text" },
  });
  assert.deepEqual(rig.settlements, []);
});

test("nothing of what is queued lies readable in the table", async () => {
  await using rig = await senderRig();
  await rig.queue(newId(), text("a secret sentence"));
  const [row] = await rig.rows();
  assert.equal(row!.payload_sealed.includes("secret"), false);
  assert.equal(JSON.stringify({ ...row, payload_sealed: "" }).includes("9665"), false);
});

test("a stop finishes what is on its way and takes nothing new", async () => {
  await using rig = await senderRig();
  const sender = rig.openSender();
  const contact = newId<string>();
  rig.answer = (request) => setTimeout(() => accept(request), 150);
  const first = await rig.queue(contact, text("1"));
  const second = await rig.queue(contact, text("2"));
  sender.wake(rig.workspaceId);
  await rig.until("it left", () => rig.seen.length === 1);
  await sender[Symbol.asyncDispose]();
  assert.deepEqual([await rig.stateOf(first), await rig.stateOf(second)], ["accepted", "queued"]);
});

test("settled rows go after eight days, open ones stay", async () => {
  await using rig = await senderRig();
  const open = await rig.queue(newId());
  const settled = [await rig.queue(newId()), await rig.queue(newId())];
  const now = rig.clock();
  const days = (count: number) => new Date(now.getTime() - count * 24 * 60 * 60 * 1000);
  await inWorkspace(rig.db, rig.workspaceId, async (tx) => {
    for (const [id, at] of [
      [settled[0], days(8.01)],
      [settled[1], days(7.99)],
    ] as const) {
      await sql`update whatsapp_outbox set state = 'accepted', settled_at = ${at} where id = ${id}`.execute(
        tx,
      );
    }
    assert.equal(await sweepOutbox(narrow(tx), rig.workspaceId, now), 1);
  });
  assert.deepEqual(
    (await rig.rows()).map(({ id }) => id),
    [open, settled[1]],
  );
});

test("a row that was tampered with fails alone and holds nobody up", async () => {
  await using rig = await senderRig();
  await using sender = rig.openSender();
  const [one, two] = [await rig.queue(newId()), await rig.queue(newId())];
  await inWorkspace(rig.db, rig.workspaceId, async (tx) => {
    // A row's content moved to another row: it opens there no more.
    await sql`update whatsapp_outbox set payload_sealed = (select payload_sealed from whatsapp_outbox where id = ${two})
      where id = ${one}`.execute(tx);
  });
  sender.wake(rig.workspaceId);
  await rig.until("both ended", () => rig.settlements.length === 2);
  assert.deepEqual([await rig.stateOf(one), await rig.stateOf(two)], ["failed", "accepted"]);
  assert.equal(rig.settlements.find(({ id }) => id === one)?.failure?.reason, "unreadable");
});

test("a fully upgraded number keeps hundreds on their way, and still one of each contact", async () => {
  await using rig = await senderRig(1_000);
  await using sender = rig.openSender();
  const held: Array<() => void> = [];
  rig.answer = (request) => held.push(() => accept(request));
  const contacts = Array.from({ length: 60 }, () => newId<string>());
  for (const contact of contacts) await rig.queue(contact, text("first"));
  for (const contact of contacts) await rig.queue(contact, text("second"));
  sender.wake(rig.workspaceId);
  await rig.until("all first ones left", () => held.length === 60);
  await sleep(100);
  assert.equal(held.length, 60, "no second one while the first is on its way");
  assert.ok(rig.seen.every(({ body }) => (body["text"] as { body: string }).body === "first"));
  for (const answer of held.splice(0)) answer();
  await rig.until("the second ones left", () => held.length === 60);
  for (const answer of held.splice(0)) answer();
  await rig.until("all accepted", () => rig.settlements.length === 120);
});
