import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { requestBody } from "./request-body.ts";
import type { SendPayload } from "./send-payload.ts";

const SPEC = new URL("../../../../shared/meta/fixtures/spec-messages.json", import.meta.url);

interface Sample {
  readonly name: string;
  readonly value: Record<string, unknown>;
}

/** Meta's own sample of a request, with our callback data beside it. */
function sample(name: string): object {
  const { operations } = JSON.parse(readFileSync(SPEC, "utf8")) as { operations: { request: Sample[] }[] };
  const found = operations.flatMap(({ request }) => request).find((candidate) => candidate.name === name);
  assert.ok(found, name);
  return found.value;
}

const to = { waId: "{{Recipient-Phone-Number}}", userId: null };

function built(payload: SendPayload, metaMediaIds: Array<[string, string]> = []) {
  return requestBody({ payload, callbackData: "id-of-ours", metaMediaIds: new Map(metaMediaIds) });
}

const CASES: Array<[name: string, payload: SendPayload, media?: Array<[string, string]>]> = [
  [
    "Send Text Message",
    { kind: "text", to, text: "text-message-content", previewUrl: false, replyToWamid: null },
  ],
  [
    "Send Reply to Text Message",
    {
      kind: "text",
      to,
      text: "<TEXT_MSG_CONTENT>",
      previewUrl: false,
      replyToWamid: "<MSGID_OF_PREV_MSG>",
    },
  ],
  ["Send Reply with Reaction Message", { kind: "reaction", to, targetWamid: "wamid.HBgLM...", emoji: "😀" }],
  [
    "Send Image Message by ID",
    {
      kind: "media",
      to,
      type: "image",
      mediaId: "m",
      caption: null,
      fileName: null,
      voice: false,
      replyToWamid: null,
    },
    [["m", "<IMAGE_OBJECT_ID>"]],
  ],
  [
    "Send Audio Message by ID",
    {
      kind: "media",
      to,
      type: "audio",
      mediaId: "m",
      caption: "x",
      fileName: "y",
      voice: false,
      replyToWamid: null,
    },
    [["m", "<AUDIO_OBJECT_ID>"]],
  ],
  [
    "Send Document Message by ID",
    {
      kind: "media",
      to,
      type: "document",
      mediaId: "m",
      caption: "<DOCUMENT_CAPTION_TO_SEND>",
      fileName: "<DOCUMENT_FILENAME>",
      voice: true,
      replyToWamid: null,
    },
    [["m", "<DOCUMENT_OBJECT_ID>"]],
  ],
  [
    "Send Reply to Video Message by ID",
    {
      kind: "media",
      to,
      type: "video",
      mediaId: "m",
      caption: "<VIDEO_CAPTION_TEXT>",
      fileName: "dropped.mp4",
      voice: false,
      replyToWamid: "<MSGID_OF_MSG_YOU_ARE_REPLYING_TO>",
    },
    [["m", "<VIDEO_OBJECT_ID>"]],
  ],
  [
    "Send Sticker Message by ID",
    {
      kind: "media",
      to,
      type: "sticker",
      mediaId: "m",
      caption: null,
      fileName: null,
      voice: false,
      replyToWamid: null,
    },
    [["m", "<MEDIA_OBJECT_ID>"]],
  ],
];

test("what goes out is what Meta's samples show, and our id beside it", {
  skip: !existsSync(SPEC),
}, async (t) => {
  for (const [name, payload, media] of CASES) {
    await t.test(name, () => {
      assert.deepEqual(built(payload, media), { ...sample(name), biz_opaque_callback_data: "id-of-ours" });
    });
  }
});

test("a read receipt with typing is Meta's sample and carries no data of ours", {
  skip: !existsSync(SPEC),
}, () => {
  const wamid = "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUYzMjEzNDM2RTZGQ0MzMDJBRgA=";
  const expected = sample("Send typing indicator and read receipt");
  assert.deepEqual(built({ kind: "read_receipt", wamid, typing: true }), expected);
  assert.equal("typing_indicator" in built({ kind: "read_receipt", wamid, typing: false }), false);
});

test("a template without variables is Meta's hello_world", { skip: !existsSync(SPEC) }, () => {
  assert.deepEqual(built({ kind: "template", to, name: "hello_world", language: "en_US", components: [] }), {
    ...sample("Send Test Message"),
    recipient_type: "individual",
    biz_opaque_callback_data: "id-of-ours",
  });
});

test("a person without a number is written to by id; with both, both go out", () => {
  const text = { kind: "text", text: "hi", previewUrl: false, replyToWamid: null } as const;
  const byId = built({ ...text, to: { waId: null, userId: "SA.1" } });
  assert.deepEqual([byId["to"], byId["recipient"]], [undefined, "SA.1"]);
  const byBoth = built({ ...text, to: { waId: "966500000142", userId: "SA.1" } });
  assert.deepEqual([byBoth["to"], byBoth["recipient"]], ["966500000142", "SA.1"]);
});

test("taking a reaction back sends an empty emoji", () => {
  const body = built({ kind: "reaction", to, targetWamid: "w", emoji: null });
  assert.deepEqual(body["reaction"], { message_id: "w", emoji: "" });
});

test("a template's file goes out under Meta's id", () => {
  const body = built(
    {
      kind: "template",
      to,
      name: "invoice",
      language: "ar",
      components: [
        {
          type: "header",
          parameters: [{ type: "media", format: "document", mediaId: "m", fileName: "a.pdf" }],
        },
        { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "42" }] },
      ],
    },
    [["m", "777"]],
  );
  assert.deepEqual(body["template"], {
    name: "invoice",
    language: { code: "ar" },
    components: [
      { type: "header", parameters: [{ type: "document", document: { id: "777", filename: "a.pdf" } }] },
      { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "42" }] },
    ],
  });
});

test("a file that Meta does not hold is never sent as nothing", () => {
  const payload: SendPayload = {
    kind: "media",
    to,
    type: "image",
    mediaId: "m",
    caption: null,
    fileName: null,
    voice: false,
    replyToWamid: null,
  };
  assert.throws(() => built(payload), /holds no such file/);
});
