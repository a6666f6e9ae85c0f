import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import { type InboxRig, inboxRig, partyOf } from "../../../tests/support/inbox-rig.ts";
import { until } from "../../../tests/support/until.ts";
import type { Update } from "../../whatsapp/inbound/update.ts";
import { identifierMac, isGenuineIdentifier } from "../contact-identifier.ts";
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

test("a number that goes to somebody else while it is being changed ends in a row that is genuine", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text(OLD, "hello")]);
  const { contact_id: contactId } = await rig.onlyConversation();
  await rig.take([rig.text("971500000003", "a stranger")]);
  const hash = rig.workspaceVault.hash("wa_id", OLD);
  let changing: Promise<void> | undefined;
  await rig.inTx(async (tx) => {
    const other = await tx
      .selectFrom("inbox_contact")
      .select("id")
      .where("id", "<>", contactId)
      .executeTakeFirstOrThrow();
    const given = { kind: "wa_id", hash, contact_id: other.id, current: true } as const;
    const mac = identifierMac(rig.workspaceVault, given);
    await tx
      .updateTable("inbox_contact_identifier")
      .set({ contact_id: other.id, mac })
      .where("hash", "=", hash)
      .execute();
    changing = rig.take([numberChange(rig, OLD, NEW)]);
    await until(async () => {
      const { rows } = await sql`select from pg_locks where not granted`.execute(rig.db);
      return rows.length > 0;
    });
  });
  await changing;
  const row = await rig.inTx((tx) =>
    tx.selectFrom("inbox_contact_identifier").selectAll().where("hash", "=", hash).executeTakeFirstOrThrow(),
  );
  assert.equal(row.current, false);
  assert.ok(isGenuineIdentifier(rig.workspaceVault, row));
});
