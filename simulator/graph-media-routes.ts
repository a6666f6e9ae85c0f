import type { FastifyInstance } from "fastify";
import { wrongBytes, wrongHash } from "./faults/wrong-media.ts";
import { type GraphCall, graphRoute } from "./graph-call.ts";
import { type Caller, numberByPhoneId, targetsOf } from "./graph-caller.ts";
import { GraphError, noSuchObject } from "./graph-error.ts";
import { checkUpload, keepMedia } from "./keep-media.ts";
import { isMediaAddressValid, MEDIA_PATH, mediaAddress } from "./media-address.ts";
import type { MediaRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";

/** Meta's largest file (a document) plus room for the form around it. */
const UPLOAD_BODY_BYTES = 101 * 1_024 * 1_024;

/** Upload and download. Reading and deleting by id share `/:id` with the other objects. */
export function addGraphMediaRoutes(app: FastifyInstance, sim: Simulation): void {
  app.post("/:id/media", { bodyLimit: UPLOAD_BODY_BYTES }, graphRoute(sim, upload));
  app.get(MEDIA_PATH, graphRoute(sim, download));
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
  const targets = targetsOf(caller);
  const isHashWrong = sim.faults.take(["wrong_media_hash"], { targets }) !== undefined;
  const isSizeWrong = sim.faults.take(["wrong_media_size"], { targets }) !== undefined;
  return {
    messaging_product: "whatsapp",
    url: mediaAddress(sim.origin(), sim.state.get("app", "app").mediaSecret, id, sim.now()),
    mime_type: media.mimeType,
    sha256: isHashWrong ? wrongHash(media.sha256Hex) : media.sha256Hex,
    file_size: String(media.sizeBytes + (isSizeWrong ? 1 : 0)),
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
  const targets = targetsOf(caller);
  const isExpired = sim.faults.take(["media_address_expired"], { targets }) !== undefined;
  const isValid = isMediaAddressValid(sim.state.get("app", "app").mediaSecret, address, sim.now());
  const media = sim.state.find("media", address.mediaId);
  const isOwn = caller.kind === "system_user" && caller.number.phoneNumberId === media?.phoneNumberId;
  if (isExpired || !isValid || media === undefined || !isOwn) {
    throw new GraphError(100, { message: "Media not found or the address has expired", httpStatus: 404 });
  }
  void reply.type(media.mimeType);
  const bytes = await sim.mediaFiles.read(media.fileName);
  return sim.faults.take(["wrong_media_bytes"], { targets }) === undefined ? bytes : wrongBytes(bytes);
}

function ownMedia(sim: Simulation, caller: Caller, mediaId: string): MediaRecord {
  const media = sim.state.find("media", mediaId);
  const isOwn = caller.kind === "system_user" && caller.number.phoneNumberId === media?.phoneNumberId;
  if (media === undefined || !isOwn) throw noSuchObject();
  return media;
}
