import { readAnyParty } from "./read-party.ts";
import type { Element } from "./scope.ts";
import {
  asObject,
  countUnknown,
  filledText,
  type JsonObject,
  needId,
  needNumber,
  needObject,
  needText,
  needTime,
  optionalList,
  optionalObject,
  optionalText,
  ShapeFault,
} from "./shape.ts";
import type { DeliveryStatus, StatusUpdate, Update } from "./update.ts";

const STATUS = new Set([
  "id",
  "status",
  "timestamp",
  "type",
  "recipient_id",
  "recipient_user_id",
  "recipient_type",
  "recipient_participant_id",
  "recipient_identity_key_hash",
  "recipient_parent_user_id",
  "parent_recipient_user_id",
  "parent_user_id",
  "biz_opaque_callback_data",
  "conversation",
  "pricing",
  "errors",
]);

const STATUSES: ReadonlyMap<string, DeliveryStatus> = new Map(
  (["sent", "delivered", "read", "played", "failed", "deleted"] as const).map((status) => [status, status]),
);

/** How far a message of ours has come. */
export function readStatus({ object, scope, contact, raw }: Element): Update {
  countUnknown(scope.tally, object, STATUS);
  const wamid = needId(object["id"]);
  const status = STATUSES.get(needText(object["status"]));
  if (status === undefined) throw new ShapeFault("unknown_status");
  return {
    kind: "status",
    wamid,
    status,
    metaAt: needTime(object["timestamp"]),
    recipient: readRecipient({ object, scope, contact, raw }),
    callbackData: optionalText(object["biz_opaque_callback_data"]),
    failure: status === "failed" ? readFailure(object["errors"]) : null,
    pricing: readPricing(object["pricing"]),
    raw,
  };
}

function readRecipient({ object, scope, contact }: Element) {
  const isGroup = object["recipient_type"] === "group";
  return readAnyParty(
    scope.tally,
    {
      // For a message to a group, the recipient is the group and the participant a person.
      phone: isGroup ? object["recipient_participant_id"] : object["recipient_id"],
      userId: object["recipient_user_id"],
      // Three spellings, by the age of the page that prints them.
      parentUserId:
        object["recipient_parent_user_id"] ?? object["parent_recipient_user_id"] ?? object["parent_user_id"],
      identityKeyHash: object["recipient_identity_key_hash"],
    },
    isGroup ? null : contact,
  );
}

function readFailure(value: unknown): StatusUpdate["failure"] {
  const [first] = optionalList(value);
  if (first === undefined) return null;
  const error = needObject(first);
  const details = asObject(error["error_data"])?.["details"];
  const title = filledText(error["title"]) ?? filledText(error["message"]) ?? "";
  return {
    code: needNumber(error["code"]),
    title,
    details: filledText(details) ?? filledText(error["message"]),
  };
}

const PRICING = ["billable", "pricing_model", "type", "category"];

function readPricing(value: unknown): StatusUpdate["pricing"] {
  if (value === undefined || value === null) return null;
  const pricing: JsonObject = optionalObject(value);
  const kept: Record<string, string | boolean> = {};
  for (const name of PRICING) {
    const entry = pricing[name];
    if (typeof entry === "string" || typeof entry === "boolean") kept[name] = entry;
  }
  return kept;
}
