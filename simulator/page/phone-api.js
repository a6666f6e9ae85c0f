// @ts-check
/** The page's way to the simulator: one bearer in sessionStorage, no cookies, one origin. */

const KEY = "wardroom-simulator";

/**
 * @typedef {{ customerId: string, name: string, phone?: string, businessScopedId?: string, lastAt: number,
 *   lastText?: string, lastType?: string, lastFrom?: "customer" | "business", unread: number, typing: boolean }} Customer
 * @typedef {{ at: number, label: string, outcome: "answered" | "unreachable" | "not_subscribed" | "dropped",
 *   httpStatus?: number, tookMs?: number, attempt: number }} LogEntry
 * @typedef {{ business: { name: string, phone: string }, connected: boolean, customers: Customer[], log: LogEntry[],
 *   delays: { deliveredMs: number, readMs: number } }} Overview
 * @typedef {{ kind: "button_reply" | "list_reply" | "button" | "none", id: string, title: string, description?: string }} Tap
 * @typedef {{ wamid: string, from: "customer" | "business", at: number, type: string, tick: string, header?: string,
 *   text?: string, footer?: string, listButton?: string, taps?: Tap[], people?: string[],
 *   media?: { kind: string, id?: string, link?: string, mimeType?: string, fileName?: string, voice?: boolean },
 *   place?: { latitude: number, longitude: number, name?: string, address?: string },
 *   context?: { from: "customer" | "business", text: string },
 *   reactions?: { customer?: string, business?: string } }} Message
 * @typedef {{ customerId: string, messages: Message[], typing: boolean, answer: string }} Chat
 */

/** An answer that is not 200: `code` is one of the server's words. */
export class Refused extends Error {
  /** @param {number} status @param {string} code */
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/** @returns {{ bearer: string, language: "en" | "ar" } | undefined} */
function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "") ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {"en" | "ar"} language */
export function rememberLanguage(language) {
  const session = stored();
  if (session !== undefined) sessionStorage.setItem(KEY, JSON.stringify({ ...session, language }));
}

/**
 * Exchanges the one-time link in the address for a bearer, or takes the one of this tab.
 * @returns {Promise<{ language: "en" | "ar" } | undefined>} undefined when there is neither
 */
export async function openSession() {
  const link = location.hash.slice(1);
  if (link === "") return stored();
  history.replaceState(null, "", "/phone");
  const response = await fetch("/phone/session", { method: "POST", body: JSON.stringify({ link }) });
  if (!response.ok) return undefined;
  const session = await response.json();
  sessionStorage.setItem(KEY, JSON.stringify(session));
  return session;
}

export function forgetSession() {
  sessionStorage.removeItem(KEY);
}

/**
 * @param {string} path below /phone/api
 * @param {{ json?: unknown, body?: Blob, signal?: AbortSignal }} [options] with a body it is a POST
 */
async function call(path, options = {}) {
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const response = await fetch(`/phone/api${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${stored()?.bearer ?? ""}`,
      ...(options.body === undefined
        ? {}
        : { "content-type": options.body.type || "application/octet-stream" }),
    },
    ...(body === undefined ? {} : { body }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  throw new Refused(response.status, answer.error ?? "unexpected");
}

/** @returns {Promise<Overview>} */
export const getOverview = async () => (await call("/overview")).json();
/** @param {string} id @returns {Promise<Chat>} */
export const getChat = async (id) => (await call(`/chats/${id}`)).json();
/** @param {{ name: string, phone?: string, businessScopedOnly: boolean }} customer @returns {Promise<{ customerId: string }>} */
export const createCustomer = async (customer) => (await call("/customers", { json: customer })).json();
/** @param {string} id @param {boolean} looking */
export const look = (id, looking) => call(`/chats/${id}/look`, { json: { looking } });
/** @param {string} id @param {string} answer */
export const setAnswer = (id, answer) => call(`/chats/${id}/answer`, { json: { answer } });
/** @param {string} id @param {object} message */
export const sendMessage = (id, message) => call(`/chats/${id}/messages`, { json: message });
/** @param {string} id @param {Blob} file @param {Record<string, string>} about */
export const sendFile = (id, file, about) =>
  call(`/chats/${id}/media?${new URLSearchParams(about)}`, { body: file });

/** @type {Map<string, Promise<string>>} */
const mediaUrls = new Map();

/** A blob address for an image, a sound or a file to save; fetched once. @param {string} mediaId */
export function mediaUrl(mediaId) {
  const known = mediaUrls.get(mediaId);
  if (known !== undefined) return known;
  const url = call(`/media/${mediaId}`)
    .then((response) => response.blob())
    .then((blob) => URL.createObjectURL(blob));
  url.catch(() => mediaUrls.delete(mediaId));
  mediaUrls.set(mediaId, url);
  return url;
}

/**
 * Follows the simulator's notices (one JSON line each, by fetch) and comes back after every interruption.
 * @param {{ changed: () => void, connected: (yes: boolean) => void, over: () => void }} on
 */
export async function followChanges(on) {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 8_000)) {
    try {
      const response = await call("/events");
      on.connected(true);
      waitMs = 250;
      for await (const line of lines(response)) if (JSON.parse(line).event === "changed") on.changed();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return on.over();
    }
    on.connected(false);
    await new Promise((done) => setTimeout(done, waitMs));
  }
}

/** @param {Response} response */
async function* lines(response) {
  if (response.body === null) return;
  let rest = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((part) => part !== "");
  }
}
