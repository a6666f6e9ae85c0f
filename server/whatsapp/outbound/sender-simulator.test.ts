import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { numberRig } from "../../../tests/support/number-rig.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { openLog } from "../../platform/log.ts";
import { connectSimulatorNumber } from "../numbers/connect-number.ts";
import { fillTemplate } from "../templates/fill-template.ts";
import { synchroniseTemplates } from "../templates/synchronise-templates.ts";
import type { Settlement } from "./outbox.ts";
import { queueSend } from "./queue-send.ts";
import type { SendInput } from "./send-payload.ts";
import { Sender } from "./sender.ts";

type Rig = Awaited<ReturnType<typeof numberRig>>;

/** A sender on the simulator's wire, and a customer there who has just written. */
async function talk(rig: Rig, customer: { businessScopedOnly?: boolean } = {}) {
  const workspaceId = await rig.addWorkspace();
  const by = { workspaceId, actor: "member:test" };
  const number = await connectSimulatorNumber(rig.room, { ...by, businessName: "Falcon" });
  const person = await rig.simulator.addCustomer({
    phoneNumberId: number.phoneNumberId,
    name: "Layla",
    phone: "+966500000142",
    ...customer,
  });
  const sender = new Sender({ ...rig.room, log: openLog("silent"), upload: async () => "unused" });
  const to = { waId: customer.businessScopedOnly ? null : (person.waId ?? null), userId: person.userId };
  return { by, number, person, to, sender, send: sending(rig, workspaceId, number.id, sender) };
}

function sending(rig: Rig, workspaceId: WorkspaceId, numberId: string, sender: Sender) {
  return async (payload: SendInput): Promise<Settlement> => {
    const vault = await rig.room.vault.openWorkspace(workspaceId);
    const id = newId<string>();
    await inWorkspace(rig.db, workspaceId, (tx) =>
      queueSend(
        narrow(tx),
        { vault, now: rig.room.clock(), wake: (woken) => sender.wake(woken) },
        { id, numberId, contactId: newId(), payload },
      ),
    );
    for (let tries = 0; tries < 500; tries++) {
      const found = rig.settlements.find((settlement) => settlement.id === id);
      if (found !== undefined) return found;
      await sleep(15);
    }
    throw new Error("never settled");
  };
}

test("a person without a number gets text, reply and reaction by business-scoped id", async () => {
  await using rig = await numberRig();
  const { send, to, person, sender } = await talk(rig, { businessScopedOnly: true });
  await using _ = sender;
  const { wamid } = await rig.simulator.sendAsCustomer(person.customerId, { type: "text", body: "سلام" });

  const text = await send({ kind: "text", to, text: "مرحبا", replyToWamid: wamid });
  const reaction = await send({ kind: "reaction", to, targetWamid: wamid, emoji: "👍" });

  assert.deepEqual([text.state, reaction.state], ["accepted", "accepted"]);
  assert.equal(text.recipient?.waId, null);
  assert.equal(text.recipient?.userId, person.userId);
  assert.match(text.wamid ?? "", /^wamid\./);
});

test("with the window closed a text is refused and a template passes", async () => {
  await using rig = await numberRig();
  const { send, to, by, number, sender } = await talk(rig);
  await using _ = sender;

  const text = await send({ kind: "text", to, text: "hello", replyToWamid: null });
  assert.deepEqual(
    [text.state, text.failure?.code, text.failure?.reason],
    ["failed", 131047, "window_closed"],
  );

  const { templates } = await synchroniseTemplates(rig.room, { ...by, numberId: number.id });
  const named = templates.find(({ name, language }) => name === "delivery_time" && language === "ar");
  const vault = await rig.room.vault.openWorkspace(by.workspaceId);
  const filled = await inWorkspace(rig.db, by.workspaceId, (tx) =>
    fillTemplate(narrow(tx), vault, number.id, {
      templateId: named!.id,
      variables: { first_name: "ليلى", day: "الخميس" },
    }),
  );
  const sent = await send({ kind: "template", to, ...filled.payload });
  assert.equal(sent.state, "accepted");
});

test("an answer that is lost after Meta took the message is a doubt, not a second message", async () => {
  await using rig = await numberRig();
  const { send, to, person, sender } = await talk(rig);
  await using _ = sender;
  await rig.simulator.sendAsCustomer(person.customerId, { type: "text", body: "hi" });
  rig.simulator.behaviour(person.customerId, {
    answer: { kind: "server_error", httpStatus: 502, accepted: true },
    times: 1,
  });

  const lost = await send({ kind: "text", to, text: "once", replyToWamid: null });
  await sleep(1_200);

  assert.equal(lost.state, "in_doubt");
  const got = rig.simulator.messagesOf(person.customerId);
  assert.equal(JSON.stringify(got).split('"once"').length - 1, 1, "the customer has it once");
});

test("a read receipt marks what the customer wrote", async () => {
  await using rig = await numberRig();
  const { by, number, person, sender } = await talk(rig);
  await using _ = sender;
  const { wamid } = await rig.simulator.sendAsCustomer(person.customerId, { type: "text", body: "hi" });
  const vault = await rig.room.vault.openWorkspace(by.workspaceId);
  await inWorkspace(rig.db, by.workspaceId, (tx) =>
    queueSend(
      narrow(tx),
      { vault, now: rig.room.clock(), wake: (woken) => sender.wake(woken) },
      {
        id: newId(),
        numberId: number.id,
        contactId: newId(),
        payload: { kind: "read_receipt", wamid, typing: true },
      },
    ),
  );
  for (let tries = 0; tries < 300 && rig.calls.every(({ path }) => path !== "/{phone}/messages"); tries++)
    await sleep(15);
  assert.deepEqual(
    rig.calls.filter(({ path }) => path === "/{phone}/messages").map(({ outcome }) => outcome),
    ["success"],
  );
});
