import type { Party } from "../../whatsapp/inbound/update.ts";

/** What the identifier table knows of one party. */
export interface KnownIdentifiers {
  /** The contact that the business-scoped id leads to. */
  readonly byUserId: string | undefined;
  /** The contact that the phone number leads to, and whether that contact has a business-scoped id of its own. */
  readonly byWaId: { readonly contactId: string; readonly hasUserId: boolean } | undefined;
}

export type ContactVerdict =
  /** The party is this contact; `move` names identifiers that were another's or nobody's until now. */
  | {
      readonly kind: "known";
      readonly contactId: string;
      readonly addUserId: boolean;
      readonly addWaId: boolean;
      readonly uncertain: boolean;
    }
  | { readonly kind: "new"; readonly uncertain: boolean };

/**
 * Who a party is. The business-scoped id wins over the number, because numbers are recycled: a known number that
 * comes with an id we have not seen, and without Meta's notice of a change, is a new person until somebody says
 * otherwise (architecture.md, "The way of an inbound webhook").
 */
export function decideContact(
  party: Pick<Party, "userId" | "waId">,
  known: KnownIdentifiers,
): ContactVerdict {
  if (party.userId !== null && known.byUserId !== undefined) {
    const taken =
      party.waId !== null && known.byWaId !== undefined && known.byWaId.contactId !== known.byUserId;
    const addWaId = party.waId !== null && known.byWaId?.contactId !== known.byUserId;
    return { kind: "known", contactId: known.byUserId, addUserId: false, addWaId, uncertain: taken };
  }
  if (party.waId !== null && known.byWaId !== undefined) {
    if (party.userId !== null && known.byWaId.hasUserId) return { kind: "new", uncertain: true };
    const addUserId = party.userId !== null;
    return { kind: "known", contactId: known.byWaId.contactId, addUserId, addWaId: false, uncertain: false };
  }
  return { kind: "new", uncertain: false };
}
