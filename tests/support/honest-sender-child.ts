import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";

/** What the parent writes on standard input, as JSON. */
export interface HonestOrder {
  readonly port: number;
  readonly authority: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly perSecond: number;
  readonly seconds: number;
}

/** What the sender found, as JSON on standard output. Times are in ms, from when a POST was due. */
export interface HonestFinding {
  readonly sent: number;
  readonly accepted: number;
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
}

/** Connections to begin with; one in so many POSTs takes a new one. */
const CONNECTIONS = 12;
const FRESH_EVERY = 25;

/** More of them at once help nobody. */
const MAX_CONNECTIONS = 40;

/** A network that nobody else has, and that is not this machine's own address. */
const FROM = "127.9.9.9";

/** Meta's side: webhooks at a constant rate whatever the answers, each on its own time. */
class Line {
  readonly #socket: TLSSocket;
  readonly #waiting: Array<(status: number) => void> = [];
  readonly ready: Promise<void>;
  isTaken = false;
  #text = "";

  constructor({ port, authority }: HonestOrder) {
    const socket = connectPlain({ host: "127.0.0.1", port, localAddress: FROM });
    this.#socket = connect({ socket, ca: authority, servername: "localhost" });
    this.ready = new Promise((resolve) => this.#socket.once("secureConnect", resolve));
    this.#socket.on("data", (data) => this.#read(data.toString("latin1")));
    const end = () => {
      for (const answer of this.#waiting.splice(0)) answer(0);
    };
    this.#socket.on("error", end);
    this.#socket.on("close", end);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** The status, or 0 when the connection broke. */
  post(head: string, body: Buffer): Promise<number> {
    if (this.#socket.destroyed) return Promise.resolve(0);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(Buffer.concat([Buffer.from(head), body]));
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#text += text;
    for (;;) {
      const end = this.#text.indexOf("\r\n\r\n");
      if (end === -1) return;
      const head = this.#text.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (this.#text.length < end + 4 + length) return;
      this.#text = this.#text.slice(end + 4 + length);
      this.#waiting.shift()?.(Number(head.slice(9, 12)));
    }
  }
}

/** As a client of webhooks: one request at a time on a connection, another one where none is free, up to a limit. */
class Pool {
  readonly #order: HonestOrder;
  readonly #lines: Line[];
  readonly #waiting: Array<() => void> = [];
  readonly ready: Promise<unknown>;

  constructor(order: HonestOrder) {
    this.#order = order;
    this.#lines = Array.from({ length: CONNECTIONS }, () => new Line(order));
    this.ready = Promise.all(this.#lines.map(({ ready }) => ready));
  }

  async post(wantsFresh: boolean, head: string, body: Buffer): Promise<number> {
    const line = await this.#take(wantsFresh);
    const status = await line.post(head, body);
    line.isTaken = false;
    this.#waiting.shift()?.();
    return status;
  }

  end(): void {
    for (const line of this.#lines) line.end();
  }

  async #take(wantsFresh: boolean): Promise<Line> {
    for (;;) {
      const free = this.#lines.find((each) => each.isOpen && !each.isTaken);
      if (wantsFresh) free?.end();
      const mayOpen = this.#lines.filter((each) => each.isOpen).length < MAX_CONNECTIONS;
      const line = mayOpen && (wantsFresh || free === undefined) ? new Line(this.#order) : free;
      if (line?.isOpen === true) {
        line.isTaken = true;
        if (line !== free) this.#lines.push(line);
        return line;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

function newPost(order: HonestOrder): [head: string, body: Buffer] {
  const from = `97150${String(randomBytes(4).readUInt32BE() % 1e7).padStart(7, "0")}`;
  const message = {
    ...{ from, id: `wamid.${randomBytes(24).toString("base64")}`, type: "text", text: { body: "hello" } },
    timestamp: String(Math.floor(Date.now() / 1000)),
  };
  const metadata = { display_phone_number: "15550783881", phone_number_id: order.phoneNumberId };
  const value = { messaging_product: "whatsapp", metadata, messages: [message] };
  const entry = [{ id: order.wabaId, changes: [{ value, field: "messages" }] }];
  const body = Buffer.from(JSON.stringify({ object: "whatsapp_business_account", entry }));
  const signature = createHmac("sha256", order.appSecret).update(body).digest("hex");
  const head = [
    `POST /webhooks/whatsapp/${order.appId} HTTP/1.1`,
    `Host: localhost:${order.port}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    `X-Hub-Signature-256: sha256=${signature}`,
    "\r\n",
  ].join("\r\n");
  return [head, body];
}

async function run(order: HonestOrder): Promise<HonestFinding> {
  const pool = new Pool(order);
  await pool.ready;
  const times: number[] = [];
  let accepted = 0;
  const total = Math.round(order.perSecond * order.seconds);
  const begun = performance.now();
  const posts: Array<Promise<void>> = [];
  for (let n = 0; n < total; n += 1) {
    const due = begun + (n * 1000) / order.perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    posts.push(
      pool.post(n % FRESH_EVERY === FRESH_EVERY - 1, ...newPost(order)).then((status) => {
        times.push(performance.now() - due);
        if (status === 200) accepted += 1;
      }),
    );
  }
  await Promise.all(posts);
  pool.end();
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return { sent: total, accepted, p50: at(0.5), p99: at(0.99), slowest: at(1) };
}

console.log(JSON.stringify(await run(JSON.parse(readFileSync(0, "utf8")))));
