import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_META, listFaults, trimmed } from "./meta-draft.ts";

const right = {
  appId: " 1048576204811\n",
  appSecret: "0123456789abcdef",
  wabaId: "2093355071640",
  phoneNumberId: "1173642500918",
  accessToken: "EAAtoken",
};

test("what was copied with spaces around it is right, and sent without them", () => {
  assert.deepEqual(listFaults(right), []);
  assert.equal(trimmed(right).appId, "1048576204811");
});

test("each value that cannot be right is named", () => {
  assert.deepEqual(listFaults(EMPTY_META), ["appId", "appSecret", "wabaId", "phoneNumberId", "accessToken"]);
  assert.deepEqual(listFaults({ ...right, phoneNumberId: "+44 20 7946 0142" }), ["phoneNumberId"]);
});
