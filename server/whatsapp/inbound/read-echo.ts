import { readContent } from "./read-content.ts";
import { readParty } from "./read-party.ts";
import type { Element } from "./scope.ts";
import {
  countUnknown,
  filledText,
  type JsonObject,
  needId,
  needObject,
  needText,
  needTime,
  optionalId,
  optionalObject,
} from "./shape.ts";
import type { Update } from "./update.ts";

const ECHO = new Set([
  "id",
  "timestamp",
  "message",
  "from",
  "to",
  "to_user_id",
  "to_parent_user_id",
  "recipient",
  "recipient_type",
  "messaging_product",
  "type",
  "context",
  "errors",
  "history_context",
]);

/**
 * A message of the business that left by another hand. The Business app's echoes are flat, those of `standby` wrap
 * the request that was sent in `message`. `to` overrides whom it names (in a history, the thread does).
 */
export function readEcho({ object, scope, contact, raw }: Element, to?: unknown): Update {
  const message: JsonObject = object["message"] === undefined ? object : needObject(object["message"]);
  const type = needText(message["type"]);
  countUnknown(scope.tally, message, ECHO, type);
  const ids = {
    phone: to ?? message["to"] ?? object["to"],
    userId: message["recipient"] ?? message["to_user_id"] ?? object["to_user_id"],
    parentUserId: message["to_parent_user_id"] ?? object["to_parent_user_id"],
  };
  const context = optionalObject(message["context"]);
  const head = {
    kind: "echo",
    wamid: needId(object["id"]),
    metaAt: needTime(object["timestamp"]),
    to: readParty(scope.tally, ids, contact),
    replyToWamid: optionalId(context["message_id"] ?? context["id"]),
    source: scope.field,
    raw,
  } as const;
  if (type !== "reaction") return { ...head, ...readContent(scope.tally, message, "business", raw) };
  const reaction = needObject(message["reaction"]);
  const body = { kind: "reaction", emoji: filledText(reaction["emoji"]) } as const;
  return { ...head, body, media: null, targetWamid: needId(reaction["message_id"]) };
}
