import { connect as connectPlain, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";

/** What the parent writes on the first line of standard input, as JSON. It ends with its standard input. */
export interface HostileOrder {
  readonly attack: keyof typeof ATTACKS;
  readonly port: number;
  readonly appId: string;
  readonly connections: number;
  /** New connections a second. */
  readonly perSecond: number;
  /** Addresses that they come from, of 127.0.0.0/8. */
  readonly addresses: number;
  /** Makes addresses of several processes differ. */
  readonly process: number;
  /** Whether one that was ended comes again. */
  readonly persists: boolean;
}

/** What one connection does once it stands; returns how it goes on every 100 ms. */
type Attack = (socket: Socket, order: HostileOrder) => (() => void) | undefined;

const head = (order: HostileOrder, line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, `Host: localhost:${order.port}`, ...headers, "\r\n"].join("\r\n");
const webhook = (order: HostileOrder, length: number) =>
  head(
    order,
    `POST /webhooks/whatsapp/${order.appId}`,
    "Content-Type: application/json",
    `Content-Length: ${length}`,
    `X-Hub-Signature-256: sha256=${"0".repeat(64)}`,
  );

export const ATTACKS = {
  "no handshake": () => undefined,
  "nothing after the handshake": () => undefined,
  "slow headers": (socket, order) => {
    socket.write(`GET / HTTP/1.1\r\nHost: localhost:${order.port}\r\nX-Slow: `);
    return () => void socket.write("x");
  },
  "slow bodies": (socket, order) => {
    socket.write(webhook(order, 100_000));
    return () => void socket.write(" ");
  },
  "large bodies that never end": (socket, order) => {
    socket.write(webhook(order, 3_000_000));
    socket.write(Buffer.alloc(2_900_000, " "));
    return undefined;
  },
  pipelining: (socket, order) => {
    socket.write(head(order, "GET /readyz").repeat(1_000));
    return undefined;
  },
  "answers that nobody reads": (socket, order) => {
    socket.pause();
    socket.write(head(order, "GET /api/openapi.json").repeat(15));
    return undefined;
  },
  "huge headers": (socket, order) => {
    socket.write(head(order, "GET /healthz", `X-Huge: ${"x".repeat(1_000_000)}`));
    return undefined;
  },
  "many headers": (socket, order) => {
    socket.write(head(order, "GET /healthz", ...Array.from({ length: 50_000 }, (_, n) => `x-${n}: ${n}`)));
    return undefined;
  },
  "wrong content lengths": (socket, order) => {
    const lengths = [
      ["Content-Length: 5", "Transfer-Encoding: chunked"],
      ["Content-Length: 5", "Content-Length: 50"],
      ["Content-Length: -5"],
      ["Content-Length: 99999999999999999999"],
      ["Content-Length: 2"],
      ["Transfer-Encoding: chunked, identity"],
    ];
    const chosen = lengths[Math.floor(Math.random() * lengths.length)] ?? [];
    socket.write(
      `${head(order, `POST /webhooks/whatsapp/${order.appId}`, ...chosen)}{"a":"and more than was said"}`,
    );
    return undefined;
  },
  "unknown methods": (socket, order) => {
    const methods = ["BREW", "PROPFIND", "TRACE", "CONNECT", "PRI", "get", "\u0000"];
    return () => void socket.write(head(order, `${methods[Math.floor(Math.random() * methods.length)]} /`));
  },
  "unknown hosts": (socket, order) => {
    const ask = () =>
      void socket.write(
        `POST /api/v1/session HTTP/1.1\r\nHost: ${order.process}.example\r\nContent-Length: 0\r\n\r\n`,
      );
    ask();
    return ask;
  },
  "no TLS at all": (socket) => {
    socket.write("GET / HTTP/1.1\r\n\r\n");
    return undefined;
  },
  handshakes: (socket) => {
    socket.destroy();
    return undefined;
  },
} satisfies Record<string, Attack>;

const PLAIN: ReadonlySet<string> = new Set(["no handshake", "no TLS at all"]);

async function run(order: HostileOrder): Promise<void> {
  const going = new Set<() => void>();
  let [tried, open, most] = [0, 0, 0];
  const attack: Attack = ATTACKS[order.attack];
  const start = () => {
    const n = tried % order.addresses;
    const localAddress = `127.${1 + order.process}.${Math.floor(n / 250)}.${1 + (n % 250)}`;
    const target = { host: "127.0.0.1", port: order.port, localAddress };
    tried += 1;
    const isPlain = PLAIN.has(order.attack);
    const socket = isPlain
      ? connectPlain(target)
      : connectTls({ socket: connectPlain(target).on("error", () => undefined), rejectUnauthorized: false });
    let go: (() => void) | undefined;
    socket.on("error", () => undefined);
    socket.once(isPlain ? "connect" : "secureConnect", () => {
      open += 1;
      most = Math.max(most, open);
      socket.once("close", () => {
        open -= 1;
      });
      go = attack(socket, order);
      if (go !== undefined) going.add(go);
    });
    socket.once("close", () => {
      if (go !== undefined) going.delete(go);
      if (order.persists) wanted += 1;
    });
    if (order.attack !== "answers that nobody reads") socket.resume();
  };
  let wanted = order.connections;
  let isOver = false;
  process.stdin.once("end", () => {
    isOver = true;
  });
  process.stdin.resume();
  const begun = performance.now();
  while (!isOver) {
    const allowed = Math.floor(((performance.now() - begun) / 1000) * order.perSecond) - tried;
    for (let n = 0; n < allowed && tried < wanted; n += 1) start();
    for (const go of going) go();
    await sleep(100);
  }
  process.stdout.write(JSON.stringify({ tried, most }), () => process.exit(0));
}

process.stdin.once("data", (line) => void run(JSON.parse(line.toString("utf8"))));
