import assert from "node:assert/strict";
import { test } from "node:test";
import type { Actor, MemberId, PersonId, Role, SessionId } from "../identity/actor.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { countsFor } from "./count-conversations.ts";

const actor = (role: Role): Actor => ({
  ...{ workspaceId: "w" as WorkspaceId, memberId: "me" as MemberId, personId: "p" as PersonId, role },
  ...{ sessionId: "s" as SessionId, assurance: 2, factorAt: new Date(0), stage: "open", method: "totp" },
  deviceId: null,
});
const group = (assignee_id: string | null, team_id: string | null, chats: number, number_id = "n") => ({
  ...{ assignee_id, team_id, chats, number_id, unread: 0 },
});
const COUNTED = [
  group("me", "sales", 1),
  group("other", "sales", 2),
  group(null, "sales", 4),
  group(null, "care", 8),
  group("other", "care", 16),
  group(null, null, 32),
  group(null, "sales", 64, "hidden"),
];
const SALES = { teamIds: new Set(["sales"]), hiddenNumbers: new Set(["hidden"]) };

test("counts are of chats in reach, in all and team by team, and a team that is not has none", () => {
  assert.deepEqual(countsFor(actor("agent"), SALES, COUNTED), {
    ...{ mine: 1, unassigned: 36, all: null, unread: 0 },
    teams: { sales: { mine: 1, unassigned: 4, all: null } },
  });
  assert.deepEqual(countsFor(actor("team_lead"), SALES, COUNTED).teams, {
    sales: { mine: 1, unassigned: 4, all: 7 },
  });
  assert.deepEqual(countsFor(actor("admin"), "everything", COUNTED).teams, {
    sales: { mine: 1, unassigned: 68, all: 71 },
    care: { mine: 0, unassigned: 8, all: 24 },
  });
});

test("an agent whose team only has colleagues' chats is told nothing of it", () => {
  const care = { teamIds: new Set(["care"]), hiddenNumbers: new Set<string>() };
  const counted = [group("other", "care", 16)];
  assert.deepEqual(countsFor(actor("agent"), care, counted).teams, {});
});
