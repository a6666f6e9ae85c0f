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
  cache.add(one, 0);
  cache.add(two, 0);
  cache.find(WORKSPACE, one.hexId);
  cache.add(three, 0);

  assert.equal(cache.size, 2);
  assert.equal(cache.find(WORKSPACE, one.hexId), one);
  assert.equal(cache.find(WORKSPACE, two.hexId), undefined);
  assert.equal(cache.knowsSubject(WORKSPACE, "two"), false);
  assert.equal(cache.find(WORKSPACE, three.hexId), three);
});

test("a key is found by its own workspace only", () => {
  const cache = new DataKeyCache();
  const key = newKey("one");
  cache.add(key, 0);
  assert.equal(cache.find(newId<WorkspaceId>(), key.hexId), undefined);
  assert.equal(cache.knowsSubject(newId<WorkspaceId>(), "one"), false);
  assert.equal(cache.find(WORKSPACE, key.hexId), key);
});

test("a key whose row was read before a destruction is not kept after it", () => {
  const cache = new DataKeyCache();
  const [kept, destroyed, innocent] = [newKey("one"), newKey("two"), newKey("three")];
  const seenAt = cache.destructions;
  cache.add(kept, seenAt);
  cache.forgetDestroyed([destroyed.hexId]);
  cache.add(destroyed, seenAt);
  cache.add(innocent, seenAt);
  assert.equal(cache.find(WORKSPACE, destroyed.hexId), undefined);
  assert.equal(cache.find(WORKSPACE, innocent.hexId), undefined);
  assert.equal(cache.find(WORKSPACE, kept.hexId), kept);

  cache.add(innocent, cache.destructions);
  assert.equal(cache.find(WORKSPACE, innocent.hexId), innocent);
  const beforeAll = cache.destructions;
  cache.clear();
  cache.add(destroyed, beforeAll);
  assert.equal(cache.size, 0);
});
