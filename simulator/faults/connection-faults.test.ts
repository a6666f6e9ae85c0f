import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { type Rig, startRig } from "../rig.test-support.ts";

let rig: Rig;
let customer = { customerId: "", waId: "" };
before(async () => {
  rig = await startRig();
  const added = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Layla",
    phone: "+966500000142",
  });
  customer = { customerId: added.customerId, waId: added.waId ?? "" };
  await rig.simulator.sendAsCustomer(added.customerId, { type: "text", body: "Hello" });
});
beforeEach(() => rig.simulator.endFaults());
after(() => rig[Symbol.asyncDispose]());

const bodyOf = (text: string) =>
  JSON.stringify({ messaging_product: "whatsapp", to: customer.waId, type: "text", text: { body: text } });
const headOf = (length: number, path = "messages") =>
  [
    `POST /v23.0/${rig.number.phoneNumberId}/${path} HTTP/1.1`,
    `host: ${new URL(rig.simulator.url).host}`,
    `authorization: Bearer ${rig.number.accessToken}`,
    "content-type: application/json",
    `content-length: ${length}`,
    "",
    "",
  ].join("\r\n");

/** A connection of one's own, on which one sees how it ends. */
async function talk() {
  const socket = connect(Number(new URL(rig.simulator.url).port), "127.0.0.1");
  let text = "";
  let end = "open";
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString();
  });
  socket.on("end", () => {
    end = "close";
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    end = error.code === "ECONNRESET" || error.code === "EPIPE" ? "reset" : String(error.code);
  });
  return { socket, seen: () => ({ text, end }) };
}

/** Until it ended, or for as long as a silent one is worth waiting for. */
async function ended(socket: Socket): Promise<void> {
  await Promise.race([
    once(socket, "close").catch(() => undefined),
    new Promise((done) => setTimeout(done, 80)),
  ]);
}

for (const how of ["reset", "close", "stall"] as const) {
  const expected = how === "stall" ? "open" : how;

  test(`a connection ends when it is accepted: ${how}`, async () => {
    rig.simulator.fault({ fault: { kind: "cut_connection", stage: "accept", how }, when: { times: 1 } });
    const { socket, seen } = await talk();
    await ended(socket);
    assert.deepEqual(seen(), { text: "", end: expected });
    socket.destroy();
    assert.equal((await fetch(rig.simulator.url)).status, 401, "the next one is served");
  });

  test(`a connection ends at its first byte: ${how}`, async () => {
    rig.simulator.fault({
      fault: { kind: "cut_connection", stage: "before_headers", how },
      when: { times: 1 },
    });
    const { socket, seen } = await talk();
    await ended(socket);
    assert.equal(seen().end, "open", "nothing happens before");
    socket.write("P");
    await ended(socket);
    assert.deepEqual(seen(), { text: "", end: expected });
    socket.destroy();
  });

  test(`a request ends after its headers, before its body is read: ${how}`, async () => {
    rig.simulator.fault({
      target: rig.number.phoneNumberId,
      fault: { kind: "cut_request", stage: "before_body", how },
      when: { times: 1 },
    });
    const { socket, seen } = await talk();
    socket.write(headOf(bodyOf("x").length));
    await ended(socket);
    assert.deepEqual(seen(), { text: "", end: expected });
    socket.destroy();
  });

  test(`a request ends within its body: ${how}`, async () => {
    rig.simulator.fault({ fault: { kind: "cut_request", stage: "mid_body", how }, when: { times: 1 } });
    const { socket, seen } = await talk();
    const body = bodyOf("x");
    socket.write(headOf(body.length));
    await ended(socket);
    assert.equal(seen().end, "open", "it waits for the body");
    socket.write(body.slice(0, 10));
    await ended(socket);
    assert.deepEqual(seen(), { text: "", end: expected });
    socket.destroy();
  });
}

test("a message whose request was cut is not taken, and the next one is", async () => {
  for (const stage of ["before_body", "mid_body"] as const) {
    rig.simulator.fault({ fault: { kind: "cut_request", stage }, when: { times: 1 } });
    const before = rig.simulator.acceptedSends().length;
    const post = (text: string) =>
      fetch(`${rig.simulator.url}/${rig.number.phoneNumberId}/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${rig.number.accessToken}`, "content-type": "application/json" },
        body: bodyOf(text),
      });
    await assert.rejects(post("cut"));
    assert.equal((await post("whole")).status, 200);
    const taken = rig.simulator.acceptedSends().slice(before);
    assert.deepEqual(
      taken.map(({ content }) => content),
      [{ body: "whole" }],
    );
  }
});

test("another number's and another kind of request are not cut", async () => {
  const other = await rig.simulator.addNumber({ businessName: "Other" });
  rig.simulator.fault({ target: other.wabaId, fault: { kind: "cut_request", stage: "before_body" } });
  rig.simulator.fault({ operations: ["media_upload"], fault: { kind: "cut_request", stage: "before_body" } });
  const post = (number: typeof other, path: string) =>
    fetch(`${rig.simulator.url}/${number.phoneNumberId}/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${number.accessToken}`, "content-type": "application/json" },
      body: bodyOf("x"),
    });
  assert.equal((await post(rig.number, "messages")).status, 200);
  await assert.rejects(post(other, "messages"));
  await assert.rejects(post(rig.number, "media"));
});

test("while connections are to be cut, kept ones are not used: each call comes on a new one", async () => {
  const { socket, seen } = await talk();
  const ask = `GET /nothing HTTP/1.1\r\nhost: ${new URL(rig.simulator.url).host}\r\n\r\n`;
  socket.write(ask);
  await ended(socket);
  assert.equal(seen().end, "open", "kept");
  rig.simulator.fault({ fault: { kind: "cut_connection", stage: "accept" }, when: { skip: 1, times: 1 } });
  await ended(socket);
  assert.equal(seen().end, "close", "an idle one is closed");
  const first = await fetch(rig.simulator.url);
  assert.equal(first.headers.get("connection"), "close");
  await assert.rejects(fetch(rig.simulator.url));
  assert.equal((await fetch(rig.simulator.url)).headers.get("connection"), "keep-alive");
});

test("the simulator stops although connections were left silent", async () => {
  const other = await startRig();
  other.simulator.fault({ fault: { kind: "cut_connection", stage: "before_headers", how: "stall" } });
  const socket = connect(Number(new URL(other.simulator.url).port), "127.0.0.1").on("error", () => undefined);
  socket.write("GET");
  await new Promise((done) => setTimeout(done, 20));
  await other[Symbol.asyncDispose]();
  socket.destroy();
});
