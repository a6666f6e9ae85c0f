import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Agent, request } from "undici";
import { type SimulatorProcess, startSimulatorProcess } from "../tests/support/simulator-process.ts";

/**
 * What the simulator can be as the peer of a load test: sends at a constant rate over one number, answered after 50 ms,
 * with or without statuses sent back to a callback that only answers. Measures the simulator, not Wardroom.
 * `npm run bench -- simulator [--rate 1000] [--seconds 10] [--statuses each|batched|off] [--json]`
 */
const CONTACTS = 2_000;
const ANSWER_MS = 50;
const CONNECTIONS = 256;

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "1000" },
    seconds: { type: "string", default: "10" },
    statuses: { type: "string", default: "off" },
    json: { type: "boolean" },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);

const folder = mkdtempSync(join(tmpdir(), "bench-simulator-"));
const seen = { posts: 0, statuses: 0 };
const door = createServer((incoming, answer) => {
  const pieces: Buffer[] = [];
  incoming.on("data", (piece: Buffer) => pieces.push(piece));
  incoming.on("end", () => {
    const challenge = new URL(incoming.url ?? "/", "http://door").searchParams.get("hub.challenge");
    seen.posts += 1;
    seen.statuses += Buffer.concat(pieces).toString("latin1").split('"status":').length - 1;
    answer.end(challenge ?? "");
  });
});
await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));
const agent = new Agent({ connections: CONNECTIONS });
try {
  await using simulator = await startSimulatorProcess(folder, ["--keep", "50000", "--window-open"]);
  await subscribe(simulator);
  const { control, number } = simulator;
  await control.fault({ target: number.phoneNumberId, fault: { kind: "answer_delay", ms: ANSWER_MS } });
  if (values.statuses === "off") await control.fault({ fault: { kind: "lose" }, updates: ["statuses"] });
  if (values.statuses === "batched")
    await control.fault({ fault: { kind: "batch", size: 100, maxWaitMs: 50 } });
  await offer(simulator, 2, Math.min(rate, 300));
  const result = await offer(simulator, seconds, rate);
  await control.idle(30_000);
  const line = { name: "simulator", ...result, statuses: seen.statuses, status_posts: seen.posts };
  console.log(values.json ? JSON.stringify(line) : line);
} finally {
  await agent.destroy();
  door.closeAllConnections();
  door.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Constant arrivals, whatever the answers: each send's time counts from when it was due. */
async function offer(simulator: SimulatorProcess, forSeconds: number, perSecond: number) {
  const took: number[] = [];
  const pending = new Set<Promise<void>>();
  let errors = 0;
  const count = Math.round(perSecond * forSeconds);
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) {
    const dueAt = startedAt + (index * 1_000) / perSecond;
    if (dueAt - performance.now() > 1) await sleep(dueAt - performance.now());
    const one: Promise<void> = send(simulator, index)
      .then(
        () => void took.push(performance.now() - dueAt),
        () => {
          errors += 1;
        },
      )
      .finally(() => pending.delete(one));
    pending.add(one);
  }
  await Promise.all(pending);
  const lasted = (performance.now() - startedAt) / 1_000;
  took.sort((a, b) => a - b);
  return {
    ...{ seconds: Number(lasted.toFixed(1)), errors },
    accepted_per_s: Math.round(took.length / lasted),
    p50_ms: Math.round(took[Math.floor(took.length / 2)] ?? 0),
    p99_ms: Math.round(took[Math.floor(took.length * 0.99)] ?? 0),
  };
}

async function send({ url, number }: SimulatorProcess, index: number): Promise<void> {
  const answer = await request(`${url}/v23.0/${number.phoneNumberId}/messages`, {
    dispatcher: agent,
    method: "POST",
    headers: { authorization: `Bearer ${number.accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: `9665${String(10_000_000 + (index % CONTACTS))}`,
      type: "text",
      text: { body: "Your order is ready. We are open until 22:00 today." },
      biz_opaque_callback_data: `0192f0c1-2345-7abc-8def-${String(index).padStart(12, "0")}`,
    }),
  });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(String(answer.statusCode));
}

async function subscribe({ url, app, number }: SimulatorProcess): Promise<void> {
  const callback = `http://127.0.0.1:${(door.address() as AddressInfo).port}/`;
  const post = async (path: string, token: string, form: Record<string, string>) => {
    const answer = await request(`${url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams(form).toString(),
    });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`not subscribed: ${answer.statusCode}`);
  };
  await post(`/${app.appId}/subscriptions`, `${app.appId}|${app.appSecret}`, {
    object: "whatsapp_business_account",
    callback_url: callback,
    verify_token: "bench",
    fields: "messages",
  });
  await post(`/${number.wabaId}/subscribed_apps`, number.accessToken, {});
  seen.posts = 0;
}
