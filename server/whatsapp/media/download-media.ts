import type { HttpClient } from "../../platform/http-client.ts";
import { HttpFailure } from "../../platform/http-failure.ts";
import type { HttpStream } from "../../platform/http-message.ts";
import { Refusal } from "../../platform/refusal.ts";
import { META_GRAPH_URL } from "../graph-access.ts";
import type { GraphClient } from "../graph-client.ts";
import { GraphError, member, UnreadableAnswer } from "../graph-error.ts";
import { decodeSha256 } from "../inbound/read-content.ts";
import type { NumberAccess } from "../numbers/number-access.ts";
import { MediaFault } from "./media-fault.ts";
import { MAX_INBOUND_BYTES } from "./mime-types.ts";

/** Where files lie at Meta. Source: Meta, "Media", as of 2026-05 (facts.md, section 3). */
export const META_MEDIA_URL = "https://lookaside.fbsbx.com";

/** For one file, in ms. Ours: 100 MB at 3 Mbit/s; the address itself lives for 5 minutes. */
const DOWNLOAD_DEADLINE_MS = 5 * 60 * 1000;

/** What Meta says of a file before it hands it out. */
export interface MediaMetadata {
  readonly url: string;
  readonly sha256: Buffer | null;
  readonly size: number | null;
}

export interface Download extends MediaMetadata {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Needed when `bytes` may not be read to the end, or not begun: else the connection stays open to its deadline. */
  discard(): void;
}

/**
 * Asks Meta where a file lies and opens it there, with the token that both need. The token goes to Meta's two hosts
 * or to the simulator that the number belongs to, and nowhere else: the address comes from the other side.
 * An address that is too old is asked for once more. Throws MediaFault.
 */
export async function openDownload(
  { graph, http }: { readonly graph: GraphClient; readonly http: HttpClient },
  access: NumberAccess,
  metaMediaId: string,
): Promise<Download> {
  const first = await findMedia(graph, access, metaMediaId);
  const opened = await openAddress(http, access, first);
  if (opened !== "expired") return { ...first, bytes: opened.body, discard: opened.discard };
  const fresh = await findMedia(graph, access, metaMediaId);
  const again = await openAddress(http, access, fresh);
  if (again === "expired") throw new MediaFault("media.expired");
  return { ...fresh, bytes: again.body, discard: again.discard };
}

async function findMedia(
  graph: GraphClient,
  access: NumberAccess,
  metaMediaId: string,
): Promise<MediaMetadata> {
  needAllowed(access, access.baseUrl);
  try {
    const answer = await graph.call(access, {
      method: "GET",
      path: "/{media}",
      ids: { media: metaMediaId },
      query: { phone_number_id: access.phoneNumberId },
      actor: "system:media",
    });
    return readMetadata(answer);
  } catch (error) {
    throw faultOf(error);
  }
}

function readMetadata(answer: unknown): MediaMetadata {
  const url = member(answer, "url");
  if (typeof url !== "string") throw new MediaFault("media.unreachable");
  const sha256 = member(answer, "sha256");
  const size = Number(member(answer, "file_size") ?? Number.NaN);
  if (size > MAX_INBOUND_BYTES) throw new MediaFault("media.too_large");
  return {
    url,
    sha256: decodeSha256(typeof sha256 === "string" ? sha256 : null),
    size: Number.isSafeInteger(size) ? size : null,
  };
}

async function openAddress(
  http: HttpClient,
  access: NumberAccess,
  { url }: MediaMetadata,
): Promise<HttpStream | "expired"> {
  needAllowed(access, url);
  const stream = await http
    .open({
      method: "GET",
      url,
      headers: { authorization: `Bearer ${access.accessToken.reveal()}` },
      maxBytes: MAX_INBOUND_BYTES,
      deadlineMs: DOWNLOAD_DEADLINE_MS,
    })
    .catch((error: unknown) => {
      throw faultOf(error);
    });
  if (stream.status === 200) return stream;
  stream.discard();
  if (stream.status === 404 || stream.status === 410) return "expired";
  // The client follows no redirect; and where one leads, no token goes.
  throw new MediaFault(
    stream.status >= 300 && stream.status < 400 ? "media.refused_address" : "media.unreachable",
  );
}

/** The client has a list of its own; this one is narrower: each number's own host. */
function needAllowed(access: NumberAccess, address: string): void {
  const allowed =
    access.host === "meta" ? [META_GRAPH_URL, META_MEDIA_URL] : [new URL(access.baseUrl).origin];
  const origin = URL.parse(address)?.origin;
  if (origin === undefined || !allowed.includes(origin)) throw new MediaFault("media.refused_address");
}

/** Meta answers 100 for an id that is gone, that is another number's, or that never was. */
const NO_SUCH_OBJECT = 100;

/** What the row keeps of an error; one that is not about the other side is passed on as it is. */
export function faultOf(error: unknown): unknown {
  if (error instanceof MediaFault) return error;
  if (error instanceof GraphError) {
    return new MediaFault(isGone(error) ? "media.expired" : "media.unreachable", { cause: error });
  }
  if (error instanceof HttpFailure) return new MediaFault(codeOfHttpFailure(error), { cause: error });
  if (error instanceof UnreadableAnswer || error instanceof Refusal) {
    return new MediaFault("media.unreachable", { cause: error });
  }
  return error;
}

function isGone(error: GraphError): boolean {
  return error.code === NO_SUCH_OBJECT || error.httpStatus === 404;
}

function codeOfHttpFailure({
  code,
}: HttpFailure): "media.too_large" | "media.refused_address" | "media.unreachable" {
  if (code === "too_large") return "media.too_large";
  return code === "address_refused" || code === "origin_refused"
    ? "media.refused_address"
    : "media.unreachable";
}
