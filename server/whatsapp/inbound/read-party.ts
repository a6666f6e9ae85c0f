import {
  asObject,
  countUnknown,
  digitsOf,
  filledText,
  type JsonObject,
  optionalId,
  optionalObject,
  ShapeFault,
  type Tally,
} from "./shape.ts";
import type { Party } from "./update.ts";

const CONTACT = new Set(["profile", "wa_id", "user_id", "parent_user_id", "identity_key_hash", "username"]);
const PROFILE = new Set(["name", "username"]);

/** A business-scoped id: "US.13491208655302741918", with a parent business "US.ENT.118…". */
const BUSINESS_SCOPED_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/** The `contacts` of one change, found by either of their ids. They are looked at only when an update asks. */
export class ContactBook {
  readonly #byId = new Map<string, JsonObject>();
  readonly #only: JsonObject | null;

  constructor(contacts: unknown) {
    const list = Array.isArray(contacts) ? contacts : [];
    for (const item of list) {
      const contact = asObject(item);
      for (const id of [contact?.["wa_id"], contact?.["user_id"]]) {
        if (contact !== null && (typeof id === "string" || typeof id === "number")) {
          this.#byId.set(String(id), contact);
        }
      }
    }
    this.#only = list.length === 1 ? asObject(list[0]) : null;
  }

  /** The contact that an update means by `ids`; for an update without any, the only one there is. */
  find(...ids: readonly unknown[]): JsonObject | null {
    let named = false;
    for (const id of ids) {
      if (id === undefined || id === null || id === "") continue;
      named = true;
      // Printing anything else could run into what the sender put there.
      if (typeof id !== "string" && typeof id !== "number") continue;
      const contact = this.#byId.get(String(id));
      if (contact !== undefined) return contact;
    }
    return named ? null : this.#only;
  }
}

/** The ids that an update itself gives for the person it is about. */
export interface PartyIds {
  readonly phone: unknown;
  readonly userId: unknown;
  readonly parentUserId: unknown;
  readonly identityKeyHash?: unknown;
}

/** Puts together what the update and its contact say of a person. A fault when neither names them. */
export function readParty(tally: Tally, ids: PartyIds, contact: JsonObject | null): Party {
  const party = readAnyParty(tally, ids, contact);
  if (party.userId === null && party.waId === null) throw new ShapeFault();
  return party;
}

/** As `readParty`, where nobody may be named. */
export function readAnyParty(tally: Tally, ids: PartyIds, contact: JsonObject | null): Party {
  const known = contact ?? {};
  const profile = optionalObject(known["profile"]);
  countUnknown(tally, known, CONTACT);
  countUnknown(tally, profile, PROFILE);
  const { waId, userId } = readPhone(optionalId(ids.phone) ?? optionalId(known["wa_id"]));
  return {
    userId: optionalId(ids.userId) ?? optionalId(known["user_id"]) ?? userId,
    parentUserId: optionalId(ids.parentUserId) ?? optionalId(known["parent_user_id"]),
    waId,
    name: filledText(profile["name"]),
    username: withoutAt(filledText(profile["username"] ?? known["username"])),
    identityKeyHash: filledText(known["identity_key_hash"] ?? ids.identityKeyHash),
  };
}

/** Where Meta has no number to give it omits the field; should it put the other id there, we know its form. */
function readPhone(phone: string | null): { waId: string | null; userId: string | null } {
  if (phone === null) return { waId: null, userId: null };
  if (BUSINESS_SCOPED_ID.test(phone)) return { waId: null, userId: phone };
  const waId = digitsOf(phone);
  if (waId === null) throw new ShapeFault();
  return { waId, userId: null };
}

/** Meta prints usernames with and without the sign, by the age of the page. */
function withoutAt(username: string | null): string | null {
  return username?.replace(/^@/, "") || null;
}
