import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { callGraph, type Rig, startRig } from "./rig.test-support.ts";

let rig: Rig;
before(async () => {
  rig = await startRig({ serviceWindow: "always_open" });
});
after(() => rig[Symbol.asyncDispose]());

const send = (body: string, callbackData?: string) =>
  callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    to: "+966500000142",
    type: "text",
    text: { body },
    ...(callbackData === undefined ? {} : { biz_opaque_callback_data: callbackData }),
  });
const sends = () =>
  rig.simulator.acceptedSends().map(({ callbackData, content }) => [callbackData, content["body"]]);

test("every accepted send is listed once for each time, in order, and none that was refused; a restart keeps the list", async () => {
  await send("one", "id-1");
  await send("one", "id-1");
  rig.simulator.fault({ fault: { kind: "refuse", code: 130429 }, when: { times: 1 } });
  await send("refused", "id-2");
  rig.simulator.fault({
    fault: { kind: "cut_answer", stage: "before_answer", accepted: true },
    when: { times: 1 },
  });
  await assert.rejects(send("answer lost", "id-3"));
  await send("nobody's");
  const expected = [
    ["id-1", "one"],
    ["id-1", "one"],
    ["id-3", "answer lost"],
    [undefined, "nobody's"],
  ];
  assert.deepEqual(sends(), expected);
  await rig.simulator.idle();
  await rig.restart();
  assert.deepEqual(sends(), expected);
});

test("the list can be read on from where one was, and by number", () => {
  const all = rig.simulator.acceptedSends();
  const [, second] = all;
  assert.deepEqual(rig.simulator.acceptedSends({ after: second?.order ?? 0 }), all.slice(2));
  assert.deepEqual(rig.simulator.acceptedSends({ limit: 2 }), all.slice(0, 2));
  assert.deepEqual(rig.simulator.acceptedSends({ phoneNumberId: "another" }), []);
});

test("a past that was put in was not sent", async () => {
  const before = sends();
  const { customerId } = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "James",
    phone: "+447700900311",
  });
  const message = { type: "text", body: "long ago" } as const;
  await rig.simulator.importChat(customerId, [{ at: new Date(), from: "business", message, statuses: [] }]);
  assert.deepEqual(sends(), before);
});

test("with bounds old messages are forgotten, nothing of them is written down, and the window stays open", async () => {
  await using bounded = await startRig({ bounds: { keptMessages: 3 } });
  const { simulator, number, folder } = bounded;
  const { customerId, waId } = await simulator.addCustomer({
    phoneNumberId: number.phoneNumberId,
    name: "Layla",
    phone: "+966500000142",
  });
  await simulator.sendAsCustomer(customerId, { type: "text", body: "Hello" });
  const size = async () => (await readFile(join(folder, "simulator.state"))).length;
  await simulator.idle();
  const before = await size();
  for (let index = 0; index < 5; index += 1) {
    const answer = await callGraph(bounded, "POST", `/${number.phoneNumberId}/messages`, {
      ...{ messaging_product: "whatsapp", to: waId, type: "text", text: { body: String(index) } },
    });
    assert.equal(answer.status, 200);
  }
  await simulator.idle();
  assert.deepEqual(
    simulator.messagesOf(customerId).map(({ text }) => text),
    ["2", "3", "4"],
  );
  assert.deepEqual(
    simulator.acceptedSends().map(({ content }) => content["body"]),
    ["2", "3", "4"],
  );
  assert.equal(await size(), before);
});
