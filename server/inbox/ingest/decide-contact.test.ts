import assert from "node:assert/strict";
import { test } from "node:test";
import { decideContact } from "./decide-contact.ts";

const cases: Array<
  [
    string,
    { userId: string | null; waId: string | null },
    Parameters<typeof decideContact>[1],
    ReturnType<typeof decideContact>,
  ]
> = [
  [
    "a stranger is new",
    { userId: "AE.1", waId: "971" },
    { byUserId: undefined, byWaId: undefined },
    { kind: "new", uncertain: false },
  ],
  [
    "a known id is that contact, with or without a number",
    { userId: "AE.1", waId: null },
    { byUserId: "c1", byWaId: undefined },
    { kind: "known", contactId: "c1", addUserId: false, addWaId: false, uncertain: false },
  ],
  [
    "a known id that shows its number for the first time keeps it",
    { userId: "AE.1", waId: "971" },
    { byUserId: "c1", byWaId: undefined },
    { kind: "known", contactId: "c1", addUserId: false, addWaId: true, uncertain: false },
  ],
  [
    "a contact known by number only gets the id that Meta now gives",
    { userId: "AE.1", waId: "971" },
    { byUserId: undefined, byWaId: { contactId: "c1", hasUserId: false } },
    { kind: "known", contactId: "c1", addUserId: true, addWaId: false, uncertain: false },
  ],
  [
    "a known number with another id is a new and uncertain person: the number was given to somebody else",
    { userId: "AE.2", waId: "971" },
    { byUserId: undefined, byWaId: { contactId: "c1", hasUserId: true } },
    { kind: "new", uncertain: true },
  ],
  [
    "a known id that comes with another contact's number takes it and is uncertain",
    { userId: "AE.1", waId: "971" },
    { byUserId: "c1", byWaId: { contactId: "c2", hasUserId: true } },
    { kind: "known", contactId: "c1", addUserId: false, addWaId: true, uncertain: true },
  ],
  [
    "a number alone is the contact it leads to",
    { userId: null, waId: "971" },
    { byUserId: undefined, byWaId: { contactId: "c1", hasUserId: true } },
    { kind: "known", contactId: "c1", addUserId: false, addWaId: false, uncertain: false },
  ],
];

for (const [name, party, known, verdict] of cases) {
  test(name, () => assert.deepEqual(decideContact(party, known), verdict));
}
