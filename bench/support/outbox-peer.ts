import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../server/platform/clock.ts";
import { openLog } from "../../server/platform/log.ts";
import { openLocalCertificate } from "../../server/platform/tls/local-certificate.ts";
import { cpuSeconds } from "./outbox-cpu.ts";
import { answerParent } from "./outbox-process.ts";

/** How long the peer thinks before it answers, in ms: the bench's "simulator that answers in 50 ms". */
const ANSWERS_AFTER_MS = 50;

/**
 * Meta's end of the wire for the bench: TLS, takes every message, answers after 50 ms, and remembers which came in
 * which order. It does nothing else, so that the machine is left to what is measured. Texts say "<contact> <serial>".
 */
export interface PeerReport {
  /** Our ids in the order in which they came, repeats included. */
  readonly ids: string[];
  /** Messages that came before an earlier one of their contact. */
  readonly outOfOrder: number;
  /** Requests that were no message, by what they were. */
  readonly unexpected: number;
  /** The most that came within any second. */
  readonly mostInASecond: number;
}

const folder = mkdtempSync(join(tmpdir(), "wardroom-bench-peer-"));
const certificate = await openLocalCertificate({
  ...{ dataFolder: folder, names: [], clock: systemClock, log: openLog("silent") },
});
const { certificate: cert, key } = certificate.current;
let ids: string[] = [];
let times: number[] = [];
let outOfOrder = 0;
let unexpected = 0;
const serials = new Map<string, number>();

const server = createServer({ cert, key: key.reveal(), minVersion: "TLSv1.3", keepAliveTimeout: 60_000 });
server.on("request", (request: IncomingMessage, reply: ServerResponse) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const id = note(Buffer.concat(pieces));
    setTimeout(() => answer(reply, id), ANSWERS_AFTER_MS);
  });
});

function note(bytes: Buffer): string | undefined {
  const body = JSON.parse(bytes.toString("utf8")) as {
    biz_opaque_callback_data?: string;
    text?: { body: string };
  };
  const id = body.biz_opaque_callback_data;
  if (id === undefined || body.text === undefined) {
    unexpected += 1;
    return undefined;
  }
  const [contact = "", serial = ""] = body.text.body.split(" ");
  if (Number(serial) <= (serials.get(contact) ?? -1)) outOfOrder += 1;
  serials.set(contact, Number(serial));
  ids.push(id);
  times.push(performance.now());
  return id;
}

function answer(reply: ServerResponse, id: string | undefined): void {
  const body = {
    messaging_product: "whatsapp",
    contacts: [{ input: "971500000000", wa_id: "971500000000" }],
    messages: [{ id: `wamid.${id}` }],
  };
  reply.setHeader("content-type", "application/json");
  reply.end(JSON.stringify(body));
}

function mostInASecond(): number {
  let most = 0;
  let first = 0;
  for (let last = 0; last < times.length; last++) {
    while ((times[last] ?? 0) - (times[first] ?? 0) >= 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

await new Promise<void>((listening) => server.listen(0, "localhost", listening));
answerParent(
  {
    address: () => ({
      url: `https://localhost:${(server.address() as AddressInfo).port}`,
      authorityPath: certificate.authorityPath,
    }),
    cpuSeconds,
    /** What came since the last report. */
    report: (): PeerReport => {
      const report = { ids, outOfOrder, unexpected, mostInASecond: mostInASecond() };
      [ids, times, outOfOrder, unexpected] = [[], [], 0, 0];
      return report;
    },
  },
  async () => {
    certificate[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  },
);
