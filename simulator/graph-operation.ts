import type { FastifyRequest } from "fastify";
import type { Operation } from "./faults/fault.ts";
import { MEDIA_PATH } from "./media-address.ts";
import type { State } from "./state.ts";

/** What a call is for, as far as its address says: before its body is read. */
export function operationOf(state: State, request: FastifyRequest): Operation {
  switch (request.routeOptions.url) {
    case "/:id/messages":
      return "send";
    case "/:id/media":
      return "media_upload";
    case MEDIA_PATH:
      return "media_download";
    case "/:id/message_templates":
      return "templates";
    case "/:id":
      return state.find("media", (request.params as { id: string }).id) === undefined
        ? "account"
        : "media_info";
    default:
      return "account";
  }
}
