import { readParty } from "./read-party.ts";
import type { Element } from "./scope.ts";
import { countUnknown, filledText, needObject, optionalId } from "./shape.ts";
import type { Update } from "./update.ts";

const SYSTEM = new Set([
  "body",
  "type",
  "identity",
  "customer",
  "wa_id",
  "new_wa_id",
  "user_id",
  "parent_user_id",
  "previous_user_id",
  "previous_parent_user_id",
]);

/** Meta's names, with those of the older Cloud API that are still in circulation. */
const EVENTS: ReadonlyMap<string, "number_changed" | "user_id_changed" | "identity_changed"> = new Map([
  ["user_changed_number", "number_changed"],
  ["customer_changed_number", "number_changed"],
  ["user_changed_user_id", "user_id_changed"],
  ["customer_identity_changed", "identity_changed"],
]);

/** What WhatsApp says about a person: another number, another id, another key; or something else, as a line. */
export function readSystem(
  element: Element,
  head: { readonly wamid: string; readonly metaAt: Date; readonly origin: "live" | "standby" | "history" },
): Update {
  const { object, scope, contact, raw } = element;
  const system = needObject(object["system"]);
  countUnknown(scope.tally, system, SYSTEM);
  const { wamid, metaAt } = head;
  const text = filledText(system["body"]) ?? "";
  const event = EVENTS.get(filledText(system["type"]) ?? "");
  if (event === "number_changed" || event === "user_id_changed") {
    return { kind: "identifier_change", event, wamid, metaAt, text, ...readChange(element, event), raw };
  }
  const ids = {
    phone: object["from"] ?? system["wa_id"],
    userId: object["from_user_id"] ?? system["user_id"],
    parentUserId: object["from_parent_user_id"] ?? system["parent_user_id"],
  };
  const from = readParty(scope.tally, ids, contact);
  if (event === "identity_changed") {
    return {
      kind: "identity_change",
      wamid,
      metaAt,
      from,
      identityKeyHash: filledText(system["identity"]),
      text,
      raw,
    };
  }
  return {
    kind: "message",
    wamid,
    metaAt,
    from,
    body: { kind: "system", event: "other", text },
    media: null,
    replyToWamid: null,
    targetWamid: null,
    forwarded: false,
    referral: null,
    standby: head.origin !== "live",
    ...(head.origin === "history" ? { history: true as const } : {}),
    raw,
  };
}

/**
 * `from` is the person as they were; `system` says who they are now. No `contacts` come with it; should any come,
 * only the name is taken from them, because it is not said which of the two they describe.
 */
function readChange({ object, scope, contact }: Element, event: "number_changed" | "user_id_changed") {
  const system = needObject(object["system"]);
  const profileOnly = contact === null ? null : { profile: contact["profile"] };
  const newUserId = optionalId(system["user_id"]);
  const named = optionalId(object["from_user_id"]);
  const previous = readParty(
    scope.tally,
    {
      phone: object["from"] ?? system["customer"],
      // Which of the two `from_user_id` means is not documented; it is the old one only if it is not the new.
      userId: system["previous_user_id"] ?? (named === newUserId ? null : named),
      parentUserId: system["previous_parent_user_id"],
    },
    profileOnly,
  );
  // Where only the id changed the number may be left out: it is still the same.
  const samePhone = event === "user_id_changed" ? previous.waId : null;
  const current = readParty(
    scope.tally,
    {
      phone: system["wa_id"] ?? system["new_wa_id"] ?? samePhone,
      userId: newUserId,
      parentUserId: system["parent_user_id"],
    },
    profileOnly,
  );
  return { previous, current };
}
