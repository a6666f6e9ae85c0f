import {
  answering,
  answerOf,
  type BrokenPeer,
  onConnect,
  onFirstBytes,
  onRequest,
  saying,
  sayingAndCut,
  withCertificate,
} from "./broken-peers.ts";
import { certificateFor } from "./certificate-for.ts";

/** What becomes of a message, in the words of docs/in-doubt.md. */
export type Fate = "sent again" | "in doubt" | "failed" | "waits" | "accepted";

/** One way in which a request can break: a row of docs/in-doubt.md, and how it is brought about. */
export interface BrokenSend {
  /** As the document says it. */
  readonly how: string;
  readonly fate: Fate;
  /** Of docs/errors.md, "Sending"; null when accepted. */
  readonly reason: string | null;
  readonly peer: () => Promise<BrokenPeer>;
  /** Over TLS; plain unless said. */
  readonly tls?: true;
  /** The name that is called instead of the peer's address. */
  readonly host?: string;
  /** How long the whole exchange may take here, in ms. */
  readonly deadlineMs?: number;
  /** Age of the committed attempt when its request begins, in ms. */
  readonly attemptAgeMs?: number;
  /** Another request has the only connection. */
  readonly connectionTaken?: true;
}

const nobody = (): Promise<BrokenPeer> => onConnect((socket) => socket.destroy());

async function closedPort(): Promise<BrokenPeer> {
  const peer = await nobody();
  await peer[Symbol.asyncDispose]();
  return { port: peer.port, [Symbol.asyncDispose]: async () => undefined };
}

/** The request provably never left: not a byte of it was written. */
export const NEVER_LEFT: readonly BrokenSend[] = [
  ...[
    { how: "the name is not found (DNS)", host: "nobody.invalid", tls: true as const, peer: nobody },
    {
      how: "the name leads to an address of our own network",
      host: "localhost",
      tls: true as const,
      peer: nobody,
    },
    { how: "nobody listens there", peer: closedPort },
    {
      how: "TLS: the handshake does not end in time",
      tls: true as const,
      peer: () => onFirstBytes(() => undefined),
    },
    {
      how: "TLS: a certificate that nobody vouches for",
      tls: true as const,
      peer: async () => withCertificate(await certificateFor("127.0.0.1")),
    },
    {
      how: "TLS: the connection is cut in the handshake",
      tls: true as const,
      peer: () => onFirstBytes((socket) => socket.destroy()),
    },
    {
      how: "TLS: what answers does not speak it",
      tls: true as const,
      peer: () => onFirstBytes((socket) => socket.end("HTTP/1.1 400 X\r\n\r\n")),
    },
    {
      how: "no connection was free until our deadline",
      connectionTaken: true as const,
      deadlineMs: 300,
      peer: () => onRequest(() => undefined),
    },
    {
      how: "the process slept for more than 10 s between the attempt's commit and its request",
      attemptAgeMs: 10_001,
      peer: nobody,
    },
  ].map((row) => ({ ...row, fate: "sent again" as const, reason: "unreachable" })),
];

const WAMID_BODY = JSON.stringify({ messaging_product: "whatsapp", messages: [{ id: "wamid.A" }] });

/** Something of the request left, and there is no answer that can be read. */
export const NO_ANSWER: readonly BrokenSend[] = [
  ...[
    {
      how: "reset before a byte was read",
      peer: () => onConnect((socket) => setTimeout(() => socket.resetAndDestroy(), 20)),
    },
    {
      how: "reset in the middle of the request",
      peer: () => onFirstBytes((socket) => socket.resetAndDestroy()),
    },
    { how: "reset after the request", peer: () => onRequest((socket) => socket.resetAndDestroy()) },
    { how: "closed after the request, without a word", peer: () => onRequest((socket) => socket.end()) },
    { how: "silence after the request", peer: () => onRequest(() => undefined) },
    { how: "cut in the first line of the answer", peer: () => sayingAndCut("HTTP/1.1 2") },
    { how: "cut in the headers", peer: () => sayingAndCut("HTTP/1.1 200 OK\r\ncontent-le") },
    { how: "silence in the headers", peer: () => saying("HTTP/1.1 200 OK\r\ncontent-le") },
    {
      how: "more headers than fit",
      peer: () => saying(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(20_000)}\r\n\r\n`),
    },
    { how: "cut in the body", peer: () => sayingAndCut(answerOf(200, WAMID_BODY).slice(0, -9)) },
    { how: "silence in the body", peer: () => saying(answerOf(200, WAMID_BODY).slice(0, -9)) },
    {
      how: "a body in chunks without its end",
      peer: () => sayingAndCut("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    },
    {
      how: "a body that is shorter than its length says",
      peer: () => sayingAndCut(`HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n${WAMID_BODY}`),
    },
    {
      how: "a body that is longer than its length says",
      peer: () => saying(`HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n${WAMID_BODY}`),
    },
    {
      how: "a body of more than 8 MB",
      peer: () => saying(`HTTP/1.1 200 OK\r\ncontent-length: 8388609\r\n\r\n${WAMID_BODY}`),
    },
    { how: "what comes is not HTTP", peer: () => saying("220 mail.example ESMTP\r\n\r\n") },
    {
      how: "the answer comes after our deadline",
      deadlineMs: 300,
      peer: () => onRequest((socket) => setTimeout(() => socket.write(answerOf(200, WAMID_BODY)), 700)),
    },
    {
      how: "the answer comes in drops, past our deadline",
      deadlineMs: 300,
      peer: () => onRequest((socket) => drop(socket)),
    },
    { how: "103, and then cut", peer: () => sayingAndCut("HTTP/1.1 103 Early Hints\r\n\r\n") },
    {
      how: "101: another protocol",
      peer: () => saying("HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"),
    },
    { how: "200 with a page instead of JSON", peer: () => answering(200, "<html>welcome</html>") },
    { how: "200 with nothing", peer: () => answering(200, "") },
    { how: "200 with half a JSON", peer: () => answering(200, WAMID_BODY.slice(0, 40)) },
    { how: "200 with a list instead of an object", peer: () => answering(200, `[${WAMID_BODY}]`) },
    { how: "200 without a message", peer: () => answering(200, '{"messages":[]}') },
    { how: "200 with a message that has no id", peer: () => answering(200, '{"messages":[{}]}') },
    { how: "200 with an error that has no code", peer: () => answering(200, '{"error":{"message":"no"}}') },
    { how: "202 with a message id", peer: () => answering(202, WAMID_BODY) },
    { how: "204", peer: () => saying("HTTP/1.1 204 X\r\n\r\n") },
    ...[301, 302, 303, 307, 308].map((status) => ({
      how: `${status}: a redirect, which is never followed`,
      peer: () => answering(status, "", ["location: https://elsewhere.example/"]),
    })),
    ...[400, 401, 403, 404, 408, 413].map((status) => ({
      how: `${status} without a code`,
      peer: () => answering(status, "<html>no</html>"),
    })),
    { how: "400 with a code that is no number", peer: () => answering(400, '{"error":{"code":"131047"}}') },
    ...[500, 502, 503, 504].map((status) => ({
      how: `${status} without a code`,
      peer: () => answering(status, "<html>sorry</html>"),
    })),
  ].map((row) => ({ ...row, fate: "in doubt" as const, reason: "no_answer" })),
];

function drop(socket: import("node:net").Socket): void {
  const bytes = answerOf(200, WAMID_BODY);
  let at = 0;
  const timer = setInterval(() => socket.write(bytes[at++] ?? ""), 30);
  socket.on("close", () => clearInterval(timer));
}

function refusing(code: number, status: number): () => Promise<BrokenPeer> {
  const error = { message: "no", type: "OAuthException", code, fbtrace_id: "A" };
  return () => answering(status, JSON.stringify({ error }));
}

const refusal = (code: number, status: number, fate: Fate, reason: string): BrokenSend => ({
  how: `code ${code} with ${status}`,
  ...{ fate, reason, peer: refusing(code, status) },
});

/** Meta said something of its own. */
export const META_SAID: readonly BrokenSend[] = [
  { how: "200 with a message id", fate: "accepted", reason: null, peer: () => answering(200, WAMID_BODY) },
  {
    how: "103, and then 200 with a message id",
    ...{ fate: "accepted", reason: null },
    peer: () => saying(`HTTP/1.1 103 Early Hints\r\n\r\n${answerOf(200, WAMID_BODY)}`),
  },
  {
    how: "429 without a code",
    fate: "sent again",
    reason: "rate_limited",
    peer: () => answering(429, "slow down"),
  },
  ...[4, 80007, 130429, 131057].flatMap((code) =>
    [400, 429].map((status) => refusal(code, status, "sent again", "rate_limited")),
  ),
  ...[400, 429].map((status) => refusal(131056, status, "sent again", "recipient_rate_limited")),
  refusal(131057, 500, "sent again", "rate_limited"),
  refusal(130429, 503, "in doubt", "meta_unavailable"),
  refusal(131056, 500, "in doubt", "meta_unavailable"),
  ...[1, 2, 131000, 131016, 133004, 135000].map((code) => refusal(code, 400, "in doubt", "meta_unavailable")),
  refusal(131000, 500, "in doubt", "meta_unavailable"),
  refusal(131026, 500, "in doubt", "meta_unavailable"),
  refusal(987654, 500, "in doubt", "meta_unavailable"),
  refusal(131026, 400, "failed", "not_on_whatsapp"),
  refusal(131026, 200, "failed", "not_on_whatsapp"),
  refusal(131047, 400, "failed", "window_closed"),
  refusal(987654, 400, "failed", "unknown_refusal"),
  refusal(190, 401, "waits", "token_invalid"),
  refusal(10, 403, "waits", "permission_missing"),
  refusal(133000, 500, "waits", "not_registered"),
];

export const BROKEN_SENDS: readonly BrokenSend[] = [...NEVER_LEFT, ...NO_ANSWER, ...META_SAID];
