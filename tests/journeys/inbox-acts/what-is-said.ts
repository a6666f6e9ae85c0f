import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";
import { request } from "undici";
import { until } from "../../support/until.ts";
import type { ActsHouse } from "./acts-house.ts";

/** What goes to and fro in a chat: answers, reactions, files, and what Meta refuses. */
export function testWhatIsSaid(at: ActsHouse): void {
  const { simulator, amal, desk, newChatOfAmal, send, messageOf, refused } = at;

  test("replies show what they answer, on both sides", async () => {
    const chat = await newChatOfAmal("which colour do you have?");
    const [question] = await desk.messages(chat.id);
    const answer = await send(amal.session, chat.id, "blue and green", question?.id);
    assert.deepEqual(answer.replyTo, {
      messageId: question?.id,
      preview: "which colour do you have?",
      direction: "in",
    });
    await until(async () => chat.phoneShows().length === 2);
    const onPhone = chat.phoneShows()[1]!;
    assert.deepEqual(onPhone.context, { from: "customer", text: "which colour do you have?" });

    await simulator.sendAsCustomer(chat.customerId, {
      type: "text",
      body: "green then",
      replyTo: onPhone.wamid,
    });
    await until(async () => (await desk.messages(chat.id)).length === 3);
    assert.deepEqual((await desk.messages(chat.id))[2]?.replyTo, {
      ...{ messageId: answer.id, preview: "blue and green", direction: "out" },
    });
    assert.equal(
      await refused(
        amal.session.api("POST", `/conversations/${chat.id}/messages`, {
          ...{ kind: "text", clientId: randomUUID(), text: "x", replyToId: randomUUID() },
        }),
      ),
      "404 inbox.no_message",
    );
  });

  test("reactions stand at their message, from both sides, and can be taken back", async () => {
    const chat = await newChatOfAmal("thank you!");
    const [thanks] = await desk.messages(chat.id);
    const react = (emoji: string) =>
      amal.session.post(`/conversations/${chat.id}/messages`, {
        ...{ kind: "reaction", clientId: randomUUID(), messageId: thanks?.id, emoji },
      });
    await react("❤️");
    await until(async () => chat.phoneShows()[0]?.reactions?.business === "❤️");
    const ours = await send(amal.session, chat.id, "with pleasure");
    await until(async () => chat.phoneShows().length === 2);
    const wamid = chat.phoneShows()[1]?.wamid ?? "";
    const reactBack = (emoji: string) =>
      simulator.sendAsCustomer(chat.customerId, { type: "reaction", messageId: wamid, emoji });
    await reactBack("👍");
    await until(async () => (await messageOf(chat.id, ours.id)).reactions.length === 1);
    assert.deepEqual((await messageOf(chat.id, ours.id)).reactions, [{ emoji: "👍", from: "contact" }]);
    assert.deepEqual((await messageOf(chat.id, thanks?.id ?? "")).reactions, [{ emoji: "❤️", from: "us" }]);
    assert.equal((await desk.messages(chat.id)).length, 2, "reactions are no lines of the thread");

    await react("");
    await reactBack("");
    await until(async () => (await desk.messages(chat.id)).every(({ reactions }) => reactions.length === 0));
    await until(async () => chat.phoneShows()[0]?.reactions?.business === "");
  });

  test("files come in and go out byte by byte", async () => {
    const chat = await newChatOfAmal("here is the contract");
    const theirs = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(200_000), Buffer.from("\n%%EOF")]);
    const document = {
      bytes: theirs,
      mimeType: "application/pdf",
      filename: "contract.pdf",
      caption: "signed",
    };
    await simulator.sendAsCustomer(chat.customerId, { type: "document", ...document });
    const arrived = async () => (await desk.messages(chat.id))[1]?.body;
    await until(async () => {
      const body = await arrived();
      return body?.kind === "document" && body.media.state === "ready";
    });
    const body = await arrived();
    assert.ok(body?.kind === "document");
    assert.deepEqual(
      [body.caption, body.fileName, body.media.byteSize],
      ["signed", "contract.pdf", theirs.length],
    );
    const file = await amal.session.api("GET", `/media/${body.media.id}`);
    assert.ok(theirs.equals(file.body));
    assert.equal(file.headers["content-security-policy"], "default-src 'none'; sandbox");
    assert.match(String(file.headers["content-disposition"]), /^attachment; filename\*=UTF-8''contract.pdf$/);
    const piece = await amal.session.call("GET", `/api/v1/media/${body.media.id}`, undefined, {
      range: "bytes=65530-65545",
    });
    assert.equal(piece.status, 206);
    assert.ok(theirs.subarray(65_530, 65_546).equals(piece.body));

    const ours = Buffer.from(`an answer ${randomBytes(40_000).toString("hex")}`);
    const upload = await amal.session.call("POST", `/api/v1/uploads?conversation=${chat.id}`, ours, {
      "content-type": "text/plain",
    });
    assert.deepEqual([upload.status, upload.body.kind, upload.body.byteSize], [200, "document", ours.length]);
    const sent = await amal.session.post(`/conversations/${chat.id}/messages`, {
      ...{ kind: "media", clientId: randomUUID(), uploadId: upload.body.uploadId },
      ...{ fileName: "answer.txt", caption: "as you asked" },
    });
    await until(async () => (await messageOf(chat.id, sent.id)).sendState === "accepted");
    const media = chat.phoneShows().at(-1)?.media;
    assert.equal(media?.fileName, "answer.txt");
    const bearer = { authorization: `Bearer ${simulator.listNumbers()[0]?.accessToken}` };
    const found = await request(`${simulator.url}/v23.0/${media?.id}`, { headers: bearer });
    const { url } = (await found.body.json()) as { url: string };
    const received = Buffer.from(await (await request(url, { headers: bearer })).body.arrayBuffer());
    assert.ok(ours.equals(received), "the phone got what was sent");
    assert.equal(
      await refused(
        amal.session.api("POST", `/conversations/${chat.id}/messages`, {
          ...{ kind: "media", clientId: randomUUID(), uploadId: randomUUID() },
        }),
      ).then((answer) => answer.slice(0, 3)),
      "404",
    );
  });

  test("a message that Meta refuses, or that does not arrive, says why in our words", async () => {
    const chat = await newChatOfAmal("hello?");
    simulator.behaviour(chat.customerId, { answer: { kind: "refuse", code: 131026 }, times: 1 });
    const refusedOne = await send(amal.session, chat.id, "refused");
    await until(async () => (await messageOf(chat.id, refusedOne.id)).sendState === "failed");
    const { failure } = await messageOf(chat.id, refusedOne.id);
    assert.equal(failure?.code, 131026);
    await amal.session.post(`/messages/${refusedOne.id}/decide`, { decision: "send_again" });
    await until(async () => (await messageOf(chat.id, refusedOne.id)).sendState === "accepted");
    assert.equal((await messageOf(chat.id, refusedOne.id)).failure, null);

    simulator.behaviour(chat.customerId, { answer: { kind: "fail", code: 131049 }, times: 1 });
    const failing = await send(amal.session, chat.id, "accepted and then not delivered");
    await until(async () => (await messageOf(chat.id, failing.id)).delivery === "failed");
    assert.deepEqual((await messageOf(chat.id, failing.id)).failure, {
      code: 131049,
      reason: "meta_withheld",
    });
  });
}
