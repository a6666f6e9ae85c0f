import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Agent, request } from "undici";
import { ERROR_TABLE, listErrorAnswers, OTHER_HTTP_STATUSES } from "../error-table.ts";
import { callGraph, type Rig, startRig } from "../rig.test-support.ts";
import type { FaultRule } from "./fault.ts";

let rig: Rig;
const customer = { id: "", waId: "" };
/** A client as Wardroom's: one request per connection at a time, no retry, bounded waits. */
const agent = new Agent({ pipelining: 1, headersTimeout: 150, bodyTimeout: 150 });
before(async () => {
  rig = await startRig();
  const { customerId, waId = "" } = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Layla",
    phone: "+966500000142",
  });
  Object.assign(customer, { id: customerId, waId });
  await rig.simulator.sendAsCustomer(customerId, { type: "text", body: "Hello" });
});
after(async () => {
  await agent.destroy();
  await rig[Symbol.asyncDispose]();
});

/** What a caller sees: a status and what the body parses to, or the code of the error. */
async function send(body = "x"): Promise<unknown[]> {
  try {
    const answer = await request(`${rig.simulator.url}/v23.0/${rig.number.phoneNumberId}/messages`, {
      dispatcher: agent,
      method: "POST",
      headers: { authorization: `Bearer ${rig.number.accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        to: customer.waId,
        type: "text",
        text: { body },
        biz_opaque_callback_data: body,
      }),
    });
    const text = await answer.body.text();
    return [answer.statusCode, readable(text)];
  } catch (error) {
    const { code, name } = error as { code?: string; name: string };
    return [code ?? name];
  }
}

function readable(text: string): string {
  try {
    const value = JSON.parse(text);
    return value.error === undefined ? Object.keys(value).join() : String(value.error.code);
  } catch {
    return text.length > 100 ? `${text.length} characters` : text;
  }
}

/** One send under this rule, the sends that were taken of it, and one after it, which nothing bends. */
async function under(rule: FaultRule): Promise<unknown[]> {
  const { simulator } = rig;
  const before = simulator.acceptedSends().length;
  const id = simulator.fault({ ...rule, when: { times: 1, ...rule.when } });
  const seen = await send();
  const taken = simulator.acceptedSends().length - before;
  assert.deepEqual((await send("after"))[0], 200, "the next send goes well");
  assert.equal(simulator.listFaults().find((fault) => fault.id === id)?.struck, 1);
  simulator.endFaults();
  return [...seen, taken];
}

test("each code of the table can be had with each HTTP status that Meta's pages and its file give it", async () => {
  const answers = listErrorAnswers();
  assert.equal(answers.length, ERROR_TABLE.length + Object.values(OTHER_HTTP_STATUSES).flat().length);
  for (const { code, httpStatus } of answers) {
    rig.simulator.fault({ fault: { kind: "refuse", code, httpStatus }, when: { times: 1 } });
    assert.deepEqual(await send(), [httpStatus, String(code)]);
  }
  rig.simulator.endFaults();
  assert.deepEqual(await under({ fault: { kind: "refuse", code: 131056 } }), [400, "131056", 0]);
  assert.deepEqual(OTHER_HTTP_STATUSES[130429], [429]);
});

const accepted = true;
const lost = false;
const ROWS: readonly (readonly [name: string, fault: FaultRule["fault"], seen: readonly unknown[]])[] = [
  ["a 502, taken", { kind: "server_error", httpStatus: 502, accepted }, [502, "", 1]],
  ["a 502, not taken", { kind: "server_error", httpStatus: 502, accepted: lost }, [502, "", 0]],
  ["no answer, taken", { kind: "no_answer", accepted }, ["UND_ERR_HEADERS_TIMEOUT", 1]],
  ["no answer, not taken", { kind: "no_answer", accepted: lost }, ["UND_ERR_HEADERS_TIMEOUT", 0]],
  ["reset before the answer, taken", cut("before_answer", "reset", accepted), ["ECONNRESET", 1]],
  ["reset before the answer, not taken", cut("before_answer", "reset", lost), ["ECONNRESET", 0]],
  ["closed before the answer", cut("before_answer", "close", accepted), ["UND_ERR_SOCKET", 1]],
  ["reset within the head", cut("mid_head", "reset", accepted), ["ECONNRESET", 1]],
  ["closed within the head", cut("mid_head", "close", accepted), ["UND_ERR_SOCKET", 1]],
  ["silent within the head", cut("mid_head", "stall", lost), ["UND_ERR_HEADERS_TIMEOUT", 0]],
  ["reset within the body", cut("mid_answer", "reset", accepted), ["ECONNRESET", 1]],
  ["closed within the body", cut("mid_answer", "close", lost), ["UND_ERR_SOCKET", 0]],
  ["silent within the body", cut("mid_answer", "stall", accepted), ["UND_ERR_BODY_TIMEOUT", 1]],
  [
    "no JSON",
    { kind: "garbage", form: "not_json", accepted },
    [200, "<!DOCTYPE html><title>Sorry, something went wrong.</title>", 1],
  ],
  ["JSON of another shape", { kind: "garbage", form: "other_shape", accepted }, [200, "data,success", 1]],
  ["an empty 200", { kind: "garbage", form: "empty", accepted: lost }, [200, "", 0]],
  ["a length too long", { kind: "garbage", form: "length_too_long", accepted }, ["UND_ERR_BODY_TIMEOUT", 1]],
  ["another protocol", { kind: "garbage", form: "not_http", accepted: lost }, ["HTTPParserError", 0]],
  ["16 MB", { kind: "garbage", form: "huge", accepted }, [200, "messages", 1]],
];

function cut(
  stage: "before_answer" | "mid_head" | "mid_answer",
  how: "reset" | "close" | "stall",
  isTaken: boolean,
): FaultRule["fault"] {
  return { kind: "cut_answer", stage, how, accepted: isTaken };
}

for (const [name, fault, seen] of ROWS) {
  test(`an answer can be ${name}`, async () => {
    assert.deepEqual(await under({ fault }), seen);
  });
}

test("a length that is too short cuts the JSON in the middle", async () => {
  const fault = { kind: "garbage", form: "length_too_short", accepted } as const;
  const [status, text, taken] = await under({ fault });
  assert.deepEqual([status, taken], [200, 1]);
  assert.match(String(text), /^\d+ characters$/, "no JSON that can be read");
});

test("an answer that never ends goes on until the caller has had enough", async () => {
  rig.simulator.fault({ fault: { kind: "garbage", form: "endless", accepted }, when: { times: 1 } });
  const url = `${rig.simulator.url}/${rig.number.phoneNumberId}/messages`;
  const answer = await request(url, {
    method: "POST",
    headers: { authorization: `Bearer ${rig.number.accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({ messaging_product: "whatsapp", to: customer.waId, text: { body: "x" } }),
    signal: AbortSignal.timeout(400),
  });
  await assert.rejects(answer.body.text(), { name: "TimeoutError" });
});

test("an answer waits as long as it is told, with what was asked done before, and delays add up", async () => {
  const { simulator } = rig;
  for (const ms of [40, 60]) simulator.fault({ target: customer.id, fault: { kind: "answer_delay", ms } });
  const before = simulator.acceptedSends().length;
  const startedAt = performance.now();
  const sending = send();
  while (simulator.acceptedSends().length === before) await new Promise((done) => setTimeout(done, 1));
  assert.ok(performance.now() - startedAt < 60, "taken at once");
  assert.equal((await sending)[0], 200);
  assert.ok(performance.now() - startedAt >= 99, "answered after both");
  simulator.endFaults(customer.id);
});

test("statuses can come before the answer of their send", async () => {
  await rig.simulator.idle();
  for (const upTo of ["sent", "delivered"] as const) {
    const seenBefore = rig.received.length;
    rig.simulator.fault({ fault: { kind: "status_first", upTo }, when: { times: 1 } });
    assert.equal((await send(`early ${upTo}`))[0], 200);
    const statuses = rig.received.slice(seenBefore).map(({ body }) => {
      const [status] = body.entry[0].changes[0].value.statuses;
      return [status.status, status.biz_opaque_callback_data];
    });
    assert.deepEqual(statuses.at(upTo === "sent" ? 0 : 1), [upTo, `early ${upTo}`]);
    await rig.simulator.idle();
  }
});

test("a send is answered all the same when its status never gets through", async () => {
  const { simulator } = rig;
  simulator.fault({ fault: { kind: "lose" }, updates: ["statuses"], when: { times: 1 } });
  simulator.fault({ fault: { kind: "status_first", upTo: "read", maxWaitMs: 80 }, when: { times: 1 } });
  const startedAt = performance.now();
  assert.equal((await send("late"))[0], 200);
  assert.ok(performance.now() - startedAt >= 79);
  simulator.endFaults();
  await simulator.idle();
});

test("other calls bend by number too: marking read, templates, the account", async () => {
  const { phoneNumberId, wabaId } = rig.number;
  const rules = ["mark_read", "templates", "account"] as const;
  for (const operation of rules) {
    rig.simulator.fault({
      target: wabaId,
      operations: [operation],
      fault: { kind: "refuse", code: 80007, httpStatus: 429 },
      when: { times: 1 },
    });
  }
  const wamid = rig.simulator.messagesOf(customer.id)[0]?.wamid;
  const calls = [
    () =>
      callGraph(rig, "POST", `/${phoneNumberId}/messages`, {
        messaging_product: "whatsapp",
        status: "read",
        message_id: wamid,
      }),
    () => callGraph(rig, "GET", `/${wabaId}/message_templates`),
    () => callGraph(rig, "GET", `/${phoneNumberId}`),
  ];
  for (const call of calls) {
    const bent = await call();
    assert.deepEqual([bent.status, bent.body.error.code], [429, 80007]);
    assert.equal((await call()).status, 200);
  }
  rig.simulator.endFaults();
});
