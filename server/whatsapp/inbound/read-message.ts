import type { MessageBody } from "../message-body.ts";
import { readContent } from "./read-content.ts";
import { readParty } from "./read-party.ts";
import { readSystem } from "./read-system.ts";
import type { Element } from "./scope.ts";
import {
  asObject,
  countUnknown,
  filledText,
  isTrue,
  type JsonObject,
  needId,
  needObject,
  needText,
  needTime,
  optionalId,
  optionalObject,
  ShapeFault,
} from "./shape.ts";
import type { Party, Referral, Update } from "./update.ts";

/** Where a customer's message came from: their own hand just now, a thread that Meta's agent owns, or the past. */
export type Origin = "live" | "standby" | "history";

const MESSAGE = new Set([
  "from",
  "from_user_id",
  "from_parent_user_id",
  "id",
  "timestamp",
  "type",
  "context",
  "referral",
  "errors",
  "identity",
  "history_context",
]);

/** A customer's message, an edit or revoke of one, or a system line about them. */
export function readMessage(element: Element, origin: Origin): Update {
  const { object, scope, raw } = element;
  const type = needText(object["type"]);
  countUnknown(scope.tally, object, MESSAGE, type);
  // Said to a group, not to us alone: it does not belong into the person's own thread.
  if (optionalId(object["group_id"]) !== null) throw new ShapeFault("group");
  const wamid = needId(object["id"]);
  const metaAt = needTime(object["timestamp"]);
  if (type === "system") return readSystem(element, { wamid, metaAt, origin });
  const from = readSender(element);
  if (type === "edit" || type === "revoke") {
    return { kind: type, ...readRevision(element, type), wamid, metaAt, from, raw };
  }
  const isReaction = type === "reaction";
  const content = isReaction ? null : readContent(scope.tally, object, "customer", raw);
  const reaction = isReaction ? needObject(object["reaction"]) : null;
  const context = optionalObject(object["context"]);
  return {
    kind: "message",
    wamid,
    metaAt,
    from,
    body: content?.body ?? { kind: "reaction", emoji: filledText(reaction?.["emoji"]) },
    media: content?.media ?? null,
    replyToWamid: optionalId(context["id"]),
    targetWamid: reaction === null ? null : needId(reaction["message_id"]),
    forwarded: isTrue(context["forwarded"]) || isTrue(context["frequently_forwarded"]),
    referral: readReferral(object["referral"]),
    standby: origin !== "live",
    ...(origin === "history" ? { history: true as const } : {}),
    raw,
  };
}

function readSender({ object, scope, contact }: Element): Party {
  return readParty(
    scope.tally,
    {
      phone: object["from"],
      userId: object["from_user_id"],
      parentUserId: object["from_parent_user_id"],
      identityKeyHash: asObject(object["identity"])?.["hash"],
    },
    contact,
  );
}

function readReferral(value: unknown): Referral | null {
  if (value === undefined || value === null) return null;
  const referral = needObject(value);
  return {
    headline: filledText(referral["headline"]),
    text: filledText(referral["body"]),
    source: filledText(referral["source_url"]) ?? filledText(referral["source_type"]),
  };
}

/** The original's id, and for an edit the message as it reads now. */
function readRevision(
  { object, scope, raw }: Element,
  type: "edit" | "revoke",
): { targetWamid: string; body: MessageBody | null } {
  const own: JsonObject = optionalObject(object[type]);
  const targetWamid = needId(own["original_message_id"] ?? object["original_message_id"]);
  if (type === "revoke") return { targetWamid, body: null };
  const message = needObject(own["message"] ?? object["message"]);
  return { targetWamid, body: readContent(scope.tally, message, "customer", raw).body };
}
