import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { callGraph, type Rig, startRig } from "../rig.test-support.ts";
import type { FaultRule } from "./fault.ts";

const BYTES = Buffer.from("a picture");
const HEX = createHash("sha256").update(BYTES).digest("hex");
let now = Date.parse("2026-11-20T08:00:00Z");
let rig: Rig;
let customerId = "";
before(async () => {
  rig = await startRig({ clock: () => new Date(now) });
  ({ customerId } = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Layla",
    phone: "+966500000142",
  }));
});
after(() => rig[Symbol.asyncDispose]());

/** What the customer's webhook says, what the file's id says, and what its address gives, in this order. */
async function picture(fault?: FaultRule["fault"]) {
  const id = fault === undefined ? "" : rig.simulator.fault({ target: rig.number.phoneNumberId, fault });
  await rig.simulator.sendAsCustomer(customerId, { type: "image", bytes: BYTES, mimeType: "image/png" });
  await rig.simulator.idle();
  const { image } = rig.received.at(-1)?.body.entry[0].changes[0].value.messages[0] ?? {};
  const { body: info } = await callGraph(rig, "GET", `/${image.id}`);
  const got = await download(info.url);
  rig.simulator.endFault(id);
  return {
    webhookHash: Buffer.from(image.sha256, "base64").toString("hex") === HEX,
    hash: info.sha256 === HEX,
    size: info.file_size === String(BYTES.length),
    status: got.status,
    bytes: got.bytes.equals(BYTES),
    url: String(info.url),
  };
}

async function download(url: string) {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${rig.number.accessToken}` } });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
}

const RIGHT = { webhookHash: true, hash: true, size: true, status: 200, bytes: true };
const CASES: readonly (readonly [FaultRule["fault"]["kind"], Partial<typeof RIGHT>])[] = [
  ["wrong_webhook_hash", { webhookHash: false }],
  ["wrong_media_hash", { hash: false }],
  ["wrong_media_size", { size: false }],
  ["wrong_media_bytes", { bytes: false }],
  ["media_address_expired", { status: 404, bytes: false }],
];

test("a file is as described, and each fault makes one thing of it wrong", async () => {
  for (const [kind, wrong] of [[undefined, {}] as const, ...CASES]) {
    const { url: _, ...seen } = await picture(
      kind === undefined ? undefined : ({ kind } as FaultRule["fault"]),
    );
    assert.deepEqual(seen, { ...RIGHT, ...wrong }, kind);
  }
});

test("wrong bytes are as many as described", async () => {
  const { url } = await picture();
  rig.simulator.fault({ fault: { kind: "wrong_media_bytes" }, when: { times: 1 } });
  assert.equal((await download(url)).bytes.length, BYTES.length);
});

test("an address works for five minutes and answers 404 after them", async () => {
  const { url } = await picture();
  now += 5 * 60_000;
  assert.equal((await download(url)).status, 200);
  now += 1;
  assert.equal((await download(url)).status, 404);
});
