import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, accept, refuse, senderRig, text } from "../../../tests/support/sender-rig.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { settleByStatus } from "./settle-by-status.ts";

const CHILD = new URL("../../../tests/support/sender-child.ts", import.meta.url).pathname;

function startChild(rig: Awaited<ReturnType<typeof senderRig>>): ChildProcess {
  const settings = {
    url: rig.database.appUrl.reveal(),
    origin: rig.origin,
    rootKey: rig.rootKey.toString("base64"),
    leaseSeconds: 2,
  };
  return spawn(process.execPath, [CHILD], {
    stdio: "ignore",
    env: { SENDER_CHILD: JSON.stringify(settings) },
  });
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

test("a sender killed while Meta has the request leaves a doubt that a status settles, and nothing goes twice", async () => {
  await using rig = await senderRig();
  const contact = newId<string>();
  const ids = [await rig.queue(contact, text("first")), await rig.queue(contact, text("second"))];
  rig.answer = () => {};
  const child = startChild(rig);
  await rig.until("the first left", () => rig.seen.length === 1);
  assert.deepEqual(
    (await rig.rows()).map(({ state }) => state),
    ["sending", "queued"],
  );
  await kill(child);

  rig.answer = accept;
  await using sender = rig.openSender();
  sender.start();
  await rig.until("the first is in doubt", async () => (await rig.stateOf(ids[0]!)) === "in_doubt");
  assert.equal(rig.seen.length, 1, "the contact's next message waits for the doubt");
  await inWorkspace(rig.db, rig.workspaceId, (tx) => settleByStatus(narrow(tx), rig.workspaceId, [ids[0]!]));
  await rig.until("the second went", async () => (await rig.stateOf(ids[1]!)) === "accepted");
  assert.deepEqual(
    rig.seen.map(({ body }) => body["biz_opaque_callback_data"]),
    ids,
  );
});

test("killed at the very answer, a message is accepted or in doubt, and nothing goes twice", async (t) => {
  const answers: Array<[string, Answer, ReadonlyArray<string>]> = [
    ["an acceptance", accept, ["accepted", "in_doubt"]],
    ["a refusal", refuse(131026), ["failed", "in_doubt"]],
  ];
  for (const [name, answer, allowed] of answers) {
    await t.test(name, async () => {
      await using rig = await senderRig();
      const ids: string[] = [];
      for (let n = 0; n < 8; n++) ids.push(await rig.queue(newId(), text(`${n}`)));
      let child: ChildProcess | undefined;
      rig.answer = (request, nth) => {
        answer(request, nth);
        if (nth === 4) child?.kill("SIGKILL");
      };
      child = startChild(rig);
      await once(child, "exit");

      rig.answer = answer;
      await using sender = rig.openSender();
      sender.start();
      await rig.until("all are settled or in doubt", async () =>
        (await rig.rows()).every(({ state }) => state !== "queued" && state !== "sending"),
      );
      await sleep(50);
      for (const { state } of await rig.rows()) assert.ok(allowed.includes(state), state);
      const sent = rig.seen.map(({ body }) => body["biz_opaque_callback_data"]);
      assert.equal(new Set(sent).size, sent.length, "each went once");
      const missing = ids.filter((id) => !sent.includes(id));
      const doubts = (await rig.rows()).filter(({ state }) => state === "in_doubt").map(({ id }) => id);
      assert.deepEqual(
        missing.filter((id) => !doubts.includes(id)),
        [],
        "what did not go is in doubt, never forgotten",
      );
    });
  }
});
