import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { id } from "../../contract/basics.ts";
import { MAX_UPLOAD_BYTES } from "../../contract/uploads.ts";
import { accessConversation } from "../inbox/access-conversation.ts";
import { accessMedia } from "../inbox/access-media.ts";
import { type InboxRoom, perform, record, recordReading } from "../inbox/room.ts";
import { narrow } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import { openMedia } from "../whatsapp/media/open-media.ts";
import { storeUpload } from "../whatsapp/media/store-upload.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import { type Admission, API_PREFIX, type ApiDeps, admit, noted } from "./api.ts";

/** Types a browser may show in our page's own elements; everything else is handed over as a file to keep. */
const SHOWN = /^(image\/(jpeg|png|webp|gif)|audio\/|video\/(mp4|3gpp|webm))/;

export interface MediaDeps extends ApiDeps {
  readonly room: InboxRoom;
  /** Where the sealed files lie. */
  readonly folder: string;
}

/** Files: outside the contract's table because they carry bytes. Never a page: sandboxed, and typed by us alone. */
export async function registerMediaRoutes(app: FastifyInstance, deps: MediaDeps): Promise<void> {
  deps.onRoute?.({ method: "GET", path: "/media/:id", access: "conversation.list" });
  app.get(`${API_PREFIX}/media/:id`, (request, reply) =>
    noted(deps, request, "GET /media/:id", (known) => sendFile(deps, request, reply, known)),
  );

  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    // The bytes stay a stream: they are sealed as they come and never lie whole in memory.
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    deps.onRoute?.({ method: "POST", path: "/uploads", access: "message.send" });
    scope.post(`${API_PREFIX}/uploads`, { bodyLimit: MAX_UPLOAD_BYTES.document }, (request, reply) =>
      noted(deps, request, "POST /uploads", (known) => takeFile(deps, request, reply, known)),
    );
    done();
  });
}

const params = z.object({ id });
const RANGE = /^bytes=(\d{1,12})-(\d{0,12})$/;

async function sendFile(
  deps: MediaDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  known: Admission["known"],
): Promise<FastifyReply> {
  const actor = await admit(deps, request, reply, { access: "conversation.list", changes: false, known });
  if (actor === undefined) throw new Refusal("unauthenticated", "session.none");
  const { id: mediaId } = params.parse(request.params);
  const range = readRange(request.headers.range);
  const file = await perform(deps.room, actor, async (act) => {
    const message = await accessMedia(act, mediaId);
    const opened = await openMedia(narrow<WhatsappTables>(act.tx), act.vault, deps.folder, {
      mediaId,
      ...(range === undefined ? {} : { range }),
    });
    // One entry a file and reading, not one a piece that a player asks for, whichever piece that is.
    await recordReading(act, `media/${mediaId}`, {
      kind: "media.viewed",
      subject: `media:${mediaId}`,
      contactId: message.contactId,
    });
    return opened;
  });
  const shown = SHOWN.test(file.mimeType);
  reply.headers({
    "content-type": shown ? file.mimeType : "application/octet-stream",
    "content-disposition": `${shown ? "inline" : "attachment"}; filename*=UTF-8''${extValue(file.fileName ?? "file")}`,
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, no-store",
    "accept-ranges": "bytes",
  });
  const { first, last } = file;
  reply.header("content-length", last - first + 1);
  if (last - first + 1 === file.size) return reply.send(file.content);
  return reply.code(206).header("content-range", `bytes ${first}-${last}/${file.size}`).send(file.content);
}

/** Signs that turn the order of letters around: with them "exe.fdp" reads as "pdf.exe" does. And what is no letter. */
const MISLEADING = /[\p{Cc}\p{Bidi_Control}/\\]/gu;

/** A file's name for a header (RFC 8187, section 3.2.1), without what would make it look like another one. */
function extValue(fileName: string): string {
  return encodeURIComponent(fileName.replaceAll(MISLEADING, "_")).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** One range from a first byte on; anything else is answered with the whole file, as RFC 9110 section 14.2 allows. */
function readRange(header: string | undefined): { first: number; last: number } | undefined {
  const match = header === undefined ? null : RANGE.exec(header);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = match[2] === "" ? Number.MAX_SAFE_INTEGER : Number(match[2]);
  return last < first ? undefined : { first, last };
}

const query = z.object({ conversation: id });

async function takeFile(
  deps: MediaDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  known: Admission["known"],
): Promise<FastifyReply> {
  reply.header("cache-control", "no-store");
  const actor = await admit(deps, request, reply, { access: "message.send", changes: true, known });
  if (actor === undefined) throw new Refusal("unauthenticated", "session.none");
  const { conversation: conversationId } = query.parse(request.query);
  const declaredType = request.headers["content-type"] ?? "";
  // A body that does not say how long it is counts as the longest.
  const declaredBytes = Number(request.headers["content-length"] ?? MAX_UPLOAD_BYTES.document);
  await deps.limits.countUpload(reply, actor.personId, declaredBytes);
  const conversation = await perform(deps.room, actor, (act) =>
    accessConversation(act, conversationId, { lock: false }),
  );

  const { db, clock, vault } = deps.room;
  const stored = await storeUpload(
    {
      db: narrow<WhatsappTables>(db),
      vault: await vault.openWorkspace(actor.workspaceId),
      clock,
      folder: deps.folder,
    },
    {
      numberId: conversation.numberId,
      contactId: conversation.contactId,
      declaredType,
      bytes: request.raw,
    },
  );
  await perform(deps.room, actor, (act) =>
    record(act, {
      kind: "media.uploaded",
      subject: `media:${stored.id}`,
      contactId: conversation.contactId,
      detail: { kind: stored.kind, bytes: stored.byteSize },
    }),
  );
  return reply.send({
    uploadId: stored.id,
    kind: stored.kind,
    mimeType: stored.mimeType,
    byteSize: stored.byteSize,
  });
}
