import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inboxRig, partyOf } from "../../../tests/support/inbox-rig.ts";
import { renameContact } from "./rename-contact.ts";
import { getContact } from "./show-contact.ts";

test("our own name for a contact survives the news of their name that comes at the same moment", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text("971500000001", "hello")]);
  const { contact_id: contactId } = await rig.onlyConversation();
  const lead = rig.actor("team_lead");

  let news = Promise.resolve();
  await rig.act(lead, async (act) => {
    await renameContact(act, contactId, "The baker");
    const renamed = partyOf("971500000001", { name: "Layla", username: "layla" });
    news = rig.take([{ ...rig.text("971500000001", "again"), from: renamed } as ReturnType<typeof rig.text>]);
    await sleep(300); // until it waits for the row that we hold
  });
  await news;

  const contact = await rig.act(lead, (act) => getContact(act, contactId, { open: true }));
  assert.deepEqual([contact.name, contact.username], ["The baker", "layla"]);
});
