import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { addCustomer } from "./customer.ts";
import type { CustomerMessage } from "./customer-message.ts";
import { oggFromWebm } from "./ogg-opus.ts";
import type { PhoneAccess } from "./phone-access.ts";
import { PHONE_ANSWERS, phoneAnswerOf } from "./phone-answers.ts";
import { readAnswer, readCustomer, readLook, readMediaQuery, readMessage } from "./phone-input.ts";
import { phoneChatView } from "./phone-message-view.ts";
import { waIdFrom } from "./phone-numbers.ts";
import { phoneOverview } from "./phone-overview.ts";
import { PhoneRefusal } from "./phone-refusal.ts";
import type { CustomerRecord, PhoneSessionRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import { writeAsCustomer } from "./write-as-customer.ts";

const MEDIA_BODY_BYTES = 101 * 1_024 * 1_024;
/** Types a browser may show; all else is handed over as a download. No type here can run script. */
const SHOWABLE = /^(image\/(jpeg|png|webp|gif)|audio\/[\w.+-]+|video\/(mp4|3gpp|webm))(;|$)/;
const HEARTBEAT_MS = 15_000;
/** Many changes at once become one notice. Ours. */
const NOTICE_GAP_MS = 60;

/** What the page asks for. Each request bears the session's token and sees the customers of one number. */
export function addPhoneApiRoutes(app: FastifyInstance, sim: Simulation, access: PhoneAccess): void {
  const session = (request: FastifyRequest) => {
    const found = access.findSession(request.headers.authorization);
    if (found === undefined) throw new PhoneRefusal(401, "session_over");
    return found;
  };
  const customer = (request: FastifyRequest) => ownCustomer(sim, session(request), request.params);
  app.addHook("onRequest", async (request) => void session(request));

  app.get("/overview", (request) => phoneOverview(sim, session(request).phoneNumberId));
  app.get("/events", (request, reply) => streamNotices(sim, request, reply));
  app.post("/customers", (request) => createCustomer(sim, session(request), request.body));
  app.get("/chats/:customerId", (request) => chatOf(sim, customer(request)));
  app.post("/chats/:customerId/look", (request) => look(sim, customer(request), request.body));
  app.post("/chats/:customerId/answer", (request) => {
    sim.behaviours.set(customer(request).customerId, PHONE_ANSWERS[readAnswer(request.body).answer]);
    sim.feed.changed();
    return { done: true };
  });
  app.post("/chats/:customerId/messages", (request) => {
    const message = readMessage(request.body);
    return writeAsCustomer(sim, checkTarget(sim, customer(request), message).customerId, message);
  });
  app.post("/chats/:customerId/media", { bodyLimit: MEDIA_BODY_BYTES }, (request) =>
    writeAsCustomer(sim, customer(request).customerId, readMedia(request)),
  );
  app.get("/media/:mediaId", (request, reply) => showMedia(sim, session(request), request, reply));
}

function ownCustomer(sim: Simulation, session: PhoneSessionRecord, params: unknown): CustomerRecord {
  const found = sim.state.find("customer", (params as { customerId: string }).customerId);
  if (found?.phoneNumberId !== session.phoneNumberId) throw new PhoneRefusal(404, "not_found");
  return found;
}

/** A reply, tap or reaction needs a message of this very chat. */
function checkTarget(sim: Simulation, customer: CustomerRecord, message: CustomerMessage): CustomerRecord {
  const target = "messageId" in message ? message.messageId : message.replyTo;
  if (target === undefined) return customer;
  if (sim.state.find("message", target)?.customerId !== customer.customerId) {
    throw new PhoneRefusal(422, "not_valid");
  }
  return customer;
}

function chatOf(sim: Simulation, customer: CustomerRecord): object {
  return {
    customerId: customer.customerId,
    messages: phoneChatView(sim.state, customer.customerId),
    typing: sim.presence.isBusinessTyping(customer.customerId),
    answer: phoneAnswerOf(sim.behaviours.find(customer.customerId)),
  };
}

function look(sim: Simulation, { customerId }: CustomerRecord, body: unknown): object {
  if (readLook(body).looking) {
    sim.presence.look(customerId);
    sim.statuses.readChat(customerId);
  } else sim.presence.lookAway(customerId);
  return { done: true };
}

function createCustomer(sim: Simulation, { phoneNumberId }: PhoneSessionRecord, body: unknown): object {
  const { name, phone, businessScopedOnly } = readCustomer(body);
  const number = sim.state.get("number", phoneNumberId);
  const waId = phone === undefined ? undefined : waIdFrom(phone, number.phone);
  if (phone !== undefined && (waId === undefined || waId === number.phone.slice(1))) {
    throw new PhoneRefusal(422, "phone_not_valid");
  }
  if (waId !== undefined && sim.state.findCustomerByAddress(phoneNumberId, waId) !== undefined) {
    throw new PhoneRefusal(409, "phone_known");
  }
  const customer = addCustomer(sim, {
    phoneNumberId,
    name,
    businessScopedOnly,
    ...(phone === undefined ? {} : { phone }),
  });
  return { customerId: customer.customerId };
}

function readMedia(request: FastifyRequest): CustomerMessage {
  const { type, filename, caption, voice, replyTo } = readMediaQuery(request.query);
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) throw new PhoneRefusal(422, "file_empty");
  const mimeType = request.headers["content-type"] ?? "application/octet-stream";
  const ogg = mimeType.startsWith("audio/webm") ? oggFromWebm(request.body) : undefined;
  return {
    type,
    bytes: ogg ?? request.body,
    mimeType: ogg !== undefined || mimeType.startsWith("audio/ogg") ? "audio/ogg; codecs=opus" : mimeType,
    ...(filename === undefined || type !== "document" ? {} : { filename }),
    ...(caption === undefined ? {} : { caption }),
    ...(voice === undefined ? {} : { voice: true }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

async function showMedia(
  sim: Simulation,
  session: PhoneSessionRecord,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const media = sim.state.find("media", (request.params as { mediaId: string }).mediaId);
  if (media?.phoneNumberId !== session.phoneNumberId) throw new PhoneRefusal(404, "not_found");
  const type = SHOWABLE.test(media.mimeType) ? media.mimeType : "application/octet-stream";
  return reply
    .type(type)
    .header("content-disposition", "attachment")
    .send(await sim.mediaFiles.read(media.fileName));
}

/** One line of JSON whenever something moved, and a heartbeat: the page reads it with fetch and asks anew. */
function streamNotices(sim: Simulation, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    "content-type": "application/x-ndjson",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  const write = (line: object) => raw.write(`${JSON.stringify({ simulator: true, ...line })}\n`);
  let pending: NodeJS.Timeout | undefined;
  const stop = sim.feed.listen(() => {
    pending ??= setTimeout(() => {
      pending = undefined;
      write({ event: "changed" });
    }, NOTICE_GAP_MS);
  });
  const heartbeat = setInterval(() => write({ event: "alive" }), HEARTBEAT_MS);
  write({ event: "changed" });
  request.raw.once("close", () => {
    stop();
    clearTimeout(pending);
    clearInterval(heartbeat);
    raw.end();
  });
  return reply;
}
