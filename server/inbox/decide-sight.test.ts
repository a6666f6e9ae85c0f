import assert from "node:assert/strict";
import { test } from "node:test";
import { decideSight, type SightFacts } from "./decide-sight.ts";

const now = new Date("2026-11-23T10:00:00Z");
const stranger: SightFacts = {
  isAssignee: false,
  isAssigned: true,
  isInReach: true,
  mayViewTeam: false,
  mayOpenWithReason: false,
  openedUntil: null,
};

const cases: Array<[string, Partial<SightFacts>, ReturnType<typeof decideSight>]> = [
  ["one's own chat is open", { isAssignee: true }, { open: true }],
  ["a colleague's chat stays closed to an agent", {}, { open: false, why: "not_yours" }],
  ["an unassigned chat has to be taken first", { isAssigned: false }, { open: false, why: "take_first" }],
  [
    "an unassigned chat of another team is nobody's business",
    { isAssigned: false, isInReach: false },
    { open: false, why: "not_yours" },
  ],
  ["one's own chat is open whatever team it is of", { isAssignee: true, isInReach: false }, { open: true }],
  ["a lead sees every chat of their teams", { mayViewTeam: true }, { open: true }],
  ["and none of another team", { mayViewTeam: true, isInReach: false }, { open: false, why: "not_yours" }],
  ["an admin needs a reason", { mayOpenWithReason: true }, { open: false, why: "reason_needed" }],
  [
    "an admin takes an unassigned chat like everybody",
    { mayOpenWithReason: true, isAssigned: false },
    { open: false, why: "take_first" },
  ],
  [
    "a reason holds until its time",
    { mayOpenWithReason: true, openedUntil: new Date(now.getTime() + 1) },
    { open: true },
  ],
  [
    "and not a moment longer",
    { mayOpenWithReason: true, openedUntil: now },
    { open: false, why: "reason_needed" },
  ],
  [
    "an opening means nothing once the role that allowed it is gone",
    { openedUntil: new Date(now.getTime() + 1) },
    { open: false, why: "not_yours" },
  ],
];

for (const [name, facts, sight] of cases) {
  test(name, () => assert.deepEqual(decideSight({ ...stranger, ...facts }, now), sight));
}
