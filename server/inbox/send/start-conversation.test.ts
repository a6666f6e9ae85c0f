import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { type InboxRig, inboxRig } from "../../../tests/support/inbox-rig.ts";
import { narrow } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { replaceTemplates } from "../../whatsapp/templates/template-store.ts";
import { takeConversation } from "../assign-conversation.ts";
import { sendMessage } from "./send-message.ts";
import { startConversation } from "./start-conversation.ts";

async function makeTemplate(rig: InboxRig): Promise<string> {
  const listed = {
    ...{ metaId: "1", name: "hello", language: "en", category: "UTILITY", status: "APPROVED", quality: null },
    ...{ parameterFormat: "POSITIONAL" as const, components: [{ type: "BODY", text: "Hello" }] },
  };
  return rig.inTx(async (tx) => {
    await replaceTemplates(narrow(tx), rig.workspaceVault, {
      wabaId: "900",
      listed: [listed],
      now: rig.time.now,
    });
    const { rows } = await sql<{ id: string }>`select id from whatsapp_template`.execute(tx);
    return rows[0]?.id ?? "";
  });
}

async function countOutgoing(rig: InboxRig) {
  const { rows } = await rig.inTx((tx) =>
    sql`select (select count(*)::int from inbox_conversation) as chats, count(*)::int as messages,
        (select count(*)::int from whatsapp_outbox) as queued from inbox_message`.execute(tx),
  );
  return rows[0];
}

test("the same click again, at once or later, starts one chat with one message", async () => {
  await using rig = await inboxRig();
  const agent = rig.actor("agent");
  const template = { templateId: await makeTemplate(rig), variables: {} };
  const input = {
    ...{ numberId: rig.numberId, to: { phone: "+971 50 000 0001" } },
    clientId: newId<string>(),
    template,
  };
  const start = () => rig.act(agent, (act) => startConversation(act, input));

  const ids = [...(await Promise.all([start(), start(), start()])), await start()];

  assert.equal(new Set(ids).size, 1);
  assert.deepEqual(await countOutgoing(rig), { chats: 1, messages: 1, queued: 1 });
});

test("one click id in two chats at the same moment is one message, and the other chat is refused", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text("971500000001", "one"), rig.text("971500000002", "two")]);
  const agent = rig.actor("agent");
  const { rows } = await rig.inTx((tx) => sql<{ id: string }>`select id from inbox_conversation`.execute(tx));
  for (const { id } of rows) await rig.act(agent, (act) => takeConversation(act, id));
  const clientId = newId<string>();

  const results = await Promise.allSettled(
    rows.map(({ id }) =>
      rig.act(agent, (act) => sendMessage(act, id, { kind: "text", clientId, text: "hi" })),
    ),
  );

  assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const refused = results.find((result) => result.status === "rejected");
  assert.equal(refused?.reason.code, "inbox.client_id_used");
  assert.deepEqual(await countOutgoing(rig), { chats: 2, messages: 3, queued: 1 });
});
