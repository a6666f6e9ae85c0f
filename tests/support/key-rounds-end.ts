import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { listKeyHolders, rotateRootKey, rotateWorkspaceKeys } from "../../server/compose/rotate-keys.ts";
import { systemClock } from "../../server/platform/clock.ts";
import type { KeyRounds } from "./key-rounds.ts";

/** Finishes what killed processes have left, and rotates once more: as an operator does who runs it again. */
export async function rotateToTheEnd(it: Pick<KeyRounds, "open">): Promise<void> {
  await using room = await it.open();
  const { foundation } = room;
  const options = { foundation, clock: systemClock, actor: "operator", leaseSeconds: 1 };
  const workspaceIds = await listKeyHolders(foundation);
  const done = await rotateWorkspaceKeys(options, { workspaceIds, wish: "now" });
  assert.deepEqual([...new Set(done.map(({ state }) => state))], ["finished"]);
  const root = await rotateRootKey(options);
  if (root.state === "finished_earlier") assert.equal((await rotateRootKey(options)).state, "changed");
  else assert.equal(root.state, "changed");
}

/** One living version each, all wrapped by it, every value with its key, every entry of the log accounted for. Returns the messages that open. */
export async function assertAllIsWell(it: KeyRounds): Promise<number> {
  const { messages, absent } = await it.openEverything();
  assert.equal(absent.size, 0, "every key of every sealed value is there");
  const { living, used } = await it.versions();
  assert.equal(living.length, 2, "one version of the workspace, one of the installation");
  assert.deepEqual(used, living, "and everything is wrapped by it");
  const { pending, unverified } = await it.verifyLog();
  assert.ok(pending > 0);
  assert.equal(unverified, 0, "every entry of the log is accounted for");
  assert.deepEqual(
    readdirSync(it.settings.folder).sort(),
    ["key-bundles", "root.key"],
    "no old key is left on disk",
  );
  assert.equal(readdirSync(join(it.settings.folder, "key-bundles")).length > 0, true);
  return messages;
}
