import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { UpdateGroup } from "../../whatsapp/inbound/update.ts";
import { placeGroups } from "./place-groups.ts";

const [ours, theirs] = ["w-ours" as WorkspaceId, "w-theirs" as WorkspaceId];
const ourRoute = { phoneNumberId: "1", wabaId: "100", workspaceId: ours, numberId: "n1" };
const theirRoute = { phoneNumberId: "2", wabaId: "200", workspaceId: theirs, numberId: "n2" };
const facts = {
  appId: "9",
  signers: new Set([ours]),
  numbers: new Map([
    ["1", ourRoute],
    ["2", theirRoute],
  ]),
  accounts: new Map([
    ["100", [ourRoute]],
    ["200", [theirRoute]],
  ]),
};
const group = (wabaId: string, phoneNumberId: string | null): UpdateGroup => ({
  wabaId,
  phoneNumberId,
  updates: [],
});

test("a number of the signing workspace is placed there", () => {
  const { parts } = placeGroups([group("100", "1")], facts);
  assert.partialDeepStrictEqual(parts, [{ workspaceId: ours, numberId: "n1" }]);
  assert.equal(parts[0]?.quarantine, undefined);
});

test("a secret does not speak for another workspace's number, nor for its account", () => {
  assert.deepEqual(placeGroups([group("200", "2")], facts), { parts: [], unknownAccounts: ["200"] });
});

test("another workspace's number under an account of ours is held, in our quarantine and not in theirs", () => {
  const { parts } = placeGroups([group("100", "2")], facts);
  assert.partialDeepStrictEqual(parts, [{ workspaceId: ours, numberId: null, quarantine: "unknown_number" }]);
});

test("our number under an account that is not its own is held", () => {
  const both = {
    ...facts,
    accounts: new Map([...facts.accounts, ["300", [{ ...ourRoute, wabaId: "300" }]]] as const),
  };
  const { parts } = placeGroups([group("300", "1")], both);
  assert.partialDeepStrictEqual(parts, [{ numberId: null, quarantine: "unknown_number" }]);
});

test("what concerns an account goes to each signing workspace with a number of it", () => {
  const shared = {
    ...facts,
    signers: new Set([ours, theirs]),
    accounts: new Map([["100", [ourRoute, { ...theirRoute, wabaId: "100" }]]]),
  };
  const { parts } = placeGroups([group("100", null)], shared);
  assert.deepEqual(
    parts.map((part) => part.workspaceId),
    [ours, theirs],
  );
});

test("an unknown account is named once, whatever the number of its updates", () => {
  assert.deepEqual(placeGroups([group("7", "1"), group("7", null)], facts).unknownAccounts, ["7"]);
});
