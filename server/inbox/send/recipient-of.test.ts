import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import { type InboxRig, inboxRig, partyOf } from "../../../tests/support/inbox-rig.ts";
import type { Update } from "../../whatsapp/inbound/update.ts";
import { recipientOf } from "./recipient-of.ts";

const [OLD, NEW] = ["971500000001", "971500000002"];

function numberChange(rig: InboxRig, from: string, to: string): Update {
  return {
    ...{ kind: "identifier_change", event: "number_changed", previous: partyOf(from), current: partyOf(to) },
    ...{ wamid: `wamid.${randomUUID()}`, metaAt: rig.time.now, text: "changed", raw: "{}" },
  };
}

async function waIdOf(rig: InboxRig): Promise<string | null> {
  const { contact_id: contactId } = await rig.onlyConversation();
  return (await rig.act(rig.actor("team_lead"), (act) => recipientOf(act, contactId))).waId;
}

test("messages go to the number that a person has now, also when they come back to an old one", async () => {
  await using rig = await inboxRig();
  const later = () => {
    rig.time.now = new Date(rig.time.now.getTime() + 1000);
  };
  await rig.take([rig.text(OLD, "hello")]);
  later();
  await rig.take([numberChange(rig, OLD, NEW)]);
  assert.equal(await waIdOf(rig), NEW);
  later();
  await rig.take([numberChange(rig, NEW, OLD)]);
  assert.equal(await waIdOf(rig), OLD);
});

test("a change and its way back in one batch end where they began", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text(OLD, "hello"), numberChange(rig, OLD, NEW), numberChange(rig, NEW, OLD)]);
  assert.equal(await waIdOf(rig), OLD);
});

test("a number that somebody brings back in the database gets no message, and nothing comes in under it", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text(OLD, "hello"), numberChange(rig, OLD, NEW)]);
  await rig.inTx((tx) => sql`update inbox_contact_identifier set current = true`.execute(tx));
  await assert.rejects(waIdOf(rig), { code: "inbox.forged_row" });
  await rig.take([rig.text(OLD, "from the old one")], [rig.text("971500000003", "from a stranger")]);
  const { rows } = await rig.inTx((tx) => sql`select from inbox_message`.execute(tx));
  assert.equal(rows.length, 3, "the first two, and the stranger's");
});

test("two who change one number at once leave a row that is genuine", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text(OLD, "hello")]);
  await Promise.all([
    rig.take([numberChange(rig, OLD, NEW)]),
    rig.take([numberChange(rig, OLD, "971500000004")]),
    rig.take([rig.text(OLD, "still me")]),
  ]);
  assert.ok(await waIdOf(rig));
});
