import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { DataKey } from "./data-key.ts";
import { DataKeyCache } from "./data-key-cache.ts";

const WORKSPACE = newId<WorkspaceId>();
const newKey = (subject: string) =>
  new DataKey(WORKSPACE, newId(), subject, createSecretKey(randomBytes(32)));

test("the least recently used key makes room", () => {
  const cache = new DataKeyCache(2);
  const [one, two, three] = [newKey("one"), newKey("two"), newKey("three")];
  cache.add(one);
  cache.add(two);
  cache.find(WORKSPACE, one.hexId);
  cache.add(three);

  assert.equal(cache.size, 2);
  assert.equal(cache.find(WORKSPACE, one.hexId), one);
  assert.equal(cache.find(WORKSPACE, two.hexId), undefined);
  assert.equal(cache.knowsSubject(WORKSPACE, "two"), false);
  assert.equal(cache.find(WORKSPACE, three.hexId), three);
});

test("a key is found by its own workspace only", () => {
  const cache = new DataKeyCache();
  const key = newKey("one");
  cache.add(key);
  assert.equal(cache.find(newId<WorkspaceId>(), key.hexId), undefined);
  assert.equal(cache.knowsSubject(newId<WorkspaceId>(), "one"), false);
  assert.equal(cache.find(WORKSPACE, key.hexId), key);
});
