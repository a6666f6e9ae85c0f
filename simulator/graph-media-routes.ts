import type { FastifyInstance } from "fastify";
import { type GraphCall, graphRoute } from "./graph-call.ts";
import { type Caller, numberByPhoneId } from "./graph-caller.ts";
import { GraphError, noSuchObject } from "./graph-error.ts";
import { checkUpload, keepMedia } from "./keep-media.ts";
import { isMediaAddressValid, MEDIA_PATH, mediaAddress } from "./media-address.ts";
import type { MediaRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";

/** Meta's largest file (a document) plus room for the form around it. */
const UPLOAD_BODY_BYTES = 101 * 1_024 * 1_024;

/** Upload and download. Reading and deleting by id share `/:id` with the other objects. */
export function addGraphMediaRoutes(app: FastifyInstance, sim: Simulation): void {
  app.post("/:id/media", { bodyLimit: UPLOAD_BODY_BYTES }, graphRoute(sim, "media_upload", upload));
  app.get(MEDIA_PATH, graphRoute(sim, "media_download", download));
}

async function upload({ sim, caller, id, params }: GraphCall): Promise<object> {
  const number = numberByPhoneId(caller, id);
  const file = params.files["file"];
  if (params.values["messaging_product"] !== "whatsapp") {
    throw new GraphError(100, { message: "(#100) The parameter messaging_product is required." });
  }
  if (file === undefined) throw new GraphError(100, { message: "(#100) The parameter file is required." });
  const named = params.values["type"];
  const mimeType = typeof named === "string" && named.includes("/") ? named : file.mimeType;
  checkUpload(mimeType, file.bytes.length);
  const media = await keepMedia(sim, { phoneNumberId: number.phoneNumberId, bytes: file.bytes, mimeType });
  return { id: media.mediaId };
}

export function mediaInfo({ sim, caller, id, params }: GraphCall): object {
  const media = ownMedia(sim, caller, id);
  const asked = params.values["phone_number_id"];
  if (asked !== undefined && asked !== media.phoneNumberId) throw noSuchObject();
  return {
    messaging_product: "whatsapp",
    url: mediaAddress(sim.origin(), sim.state.get("app", "app").mediaSecret, id, sim.now()),
    mime_type: media.mimeType,
    sha256: media.sha256Hex,
    file_size: String(media.sizeBytes),
    id,
  };
}

export async function removeMedia({ sim, caller, id, params }: GraphCall): Promise<object> {
  const media = ownMedia(sim, caller, id);
  const asked = params.values["phone_number_id"];
  if (asked !== undefined && asked !== media.phoneNumberId) throw noSuchObject();
  sim.state.remove("media", id);
  await sim.mediaFiles.remove(media.fileName);
  return { success: true };
}

/** 404 for an old or made-up address and for other people's media alike. */
async function download({ sim, caller, params, reply }: GraphCall): Promise<object> {
  const { mid, ext, hash } = params.values;
  const address = { mediaId: String(mid), expires: String(ext), hash: String(hash) };
  const isFresh = isMediaAddressValid(sim.state.get("app", "app").mediaSecret, address, sim.now());
  const media = sim.state.find("media", address.mediaId);
  const isOwn = caller.kind === "system_user" && caller.number.phoneNumberId === media?.phoneNumberId;
  if (!isFresh || media === undefined || !isOwn) {
    throw new GraphError(100, { message: "Media not found or the address has expired", httpStatus: 404 });
  }
  void reply.type(media.mimeType);
  return sim.mediaFiles.read(media.fileName);
}

function ownMedia(sim: Simulation, caller: Caller, mediaId: string): MediaRecord {
  const media = sim.state.find("media", mediaId);
  const isOwn = caller.kind === "system_user" && caller.number.phoneNumberId === media?.phoneNumberId;
  if (media === undefined || !isOwn) throw noSuchObject();
  return media;
}
