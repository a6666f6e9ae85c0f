import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import { endConnection } from "./end-connection.ts";
import type { AnswerFault, FaultOf } from "./fault.ts";

/** Far beyond what a Graph answer has; more than a client should take into memory. Ours. */
const HUGE_BYTES = 16 * 1_024 * 1_024;
const CHUNK = Buffer.alloc(64 * 1_024, "a");
const DRIP_MS = 50;
/** Time for what was written to reach a reader on this machine before a reset takes it away. Ours. */
const ARRIVES_MS = 20;
/** Stands for the answer of a call that did not happen. */
const NOTHING = { messaging_product: "whatsapp" };

/** Writes the answer, or what the fault makes of it. `refuse` is not for here: it is an error as any other. */
export async function bendAnswer(
  reply: FastifyReply,
  fault: AnswerFault | undefined,
  body: object | undefined,
): Promise<FastifyReply> {
  switch (fault?.kind) {
    case "no_answer":
      return reply.hijack();
    case "server_error":
      return reply.code(fault.httpStatus).type("text/html").send("");
    case "cut_answer":
      return cutAnswer(reply, fault, bytesOf(body));
    case "garbage":
      return sendGarbage(reply, fault.form, bytesOf(body));
    default:
      return reply.send(body);
  }
}

function bytesOf(body: object | undefined): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body ?? NOTHING));
}

function headOf(contentLength: number): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${contentLength}\r\n\r\n`;
}

async function cutAnswer(
  reply: FastifyReply,
  { stage, how }: FaultOf<"cut_answer">,
  bytes: Buffer,
): Promise<FastifyReply> {
  reply.hijack();
  const { socket } = reply.raw;
  if (socket === null) return reply;
  const head = headOf(bytes.length);
  if (stage === "mid_head") socket.write(head.slice(0, head.length / 2));
  if (stage === "mid_answer")
    socket.write(Buffer.concat([Buffer.from(head), bytes.subarray(0, bytes.length / 2)]));
  if (stage !== "before_answer") await sleep(ARRIVES_MS);
  endConnection(socket, how);
  return reply;
}

function sendGarbage(reply: FastifyReply, form: FaultOf<"garbage">["form"], bytes: Buffer): FastifyReply {
  switch (form) {
    case "not_json":
      return reply.type("text/html").send("<!DOCTYPE html><title>Sorry, something went wrong.</title>");
    case "other_shape":
      return reply.type("application/json").send('{"data":[{"messages":"none"}],"success":"perhaps"}');
    case "empty":
      return reply.code(200).send("");
    case "huge":
      return reply.type("application/json").send(Readable.from(hugeBody()));
    case "endless":
      return reply.type("application/json").send(Readable.from(endlessBody()));
    case "length_too_long":
      return sendRaw(reply, headOf(bytes.length + 100), bytes);
    case "length_too_short":
      return sendRaw(reply, headOf(Math.floor(bytes.length / 2)), bytes);
    case "not_http":
      return sendRaw(reply, "220 mail.example.com ESMTP\r\n\r\n", Buffer.alloc(0));
  }
}

/** On the wire as it is; the connection stays open. */
function sendRaw(reply: FastifyReply, head: string, bytes: Buffer): FastifyReply {
  reply.hijack();
  reply.raw.socket?.write(Buffer.concat([Buffer.from(head), bytes]));
  return reply;
}

function* hugeBody(): Generator<Buffer> {
  yield Buffer.from('{"messages":[{"id":"');
  for (let sent = 0; sent < HUGE_BYTES; sent += CHUNK.length) yield CHUNK;
  yield Buffer.from('"}]}');
}

async function* endlessBody(): AsyncGenerator<Buffer> {
  yield Buffer.from('{"messages":');
  for (;;) {
    await sleep(DRIP_MS);
    yield Buffer.from(" ");
  }
}
