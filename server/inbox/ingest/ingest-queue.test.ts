import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Update } from "../../whatsapp/inbound/update.ts";
import { IngestQueue } from "./ingest-queue.ts";
import type { IngestPart } from "./part.ts";

const [ana, bo, cy] = ["w-ana", "w-bo", "w-cy"] as WorkspaceId[] as [WorkspaceId, WorkspaceId, WorkspaceId];
const notice: Update = { kind: "notice", field: "security", raw: "{}" };

function part(workspaceId: WorkspaceId, updates: number): IngestPart {
  return {
    workspaceId,
    ...{ appId: "1", wabaId: "2", phoneNumberId: null, numberId: null },
    updates: Array.from({ length: updates }, () => notice),
  };
}

/** A queue whose commits are seen and end when the test says so. */
function rig(limits: {
  writers: number;
  maxWaiting: number;
  maxBatch: number;
  maxWaitMs?: number;
  stopwatch?: () => number;
}) {
  const commits: Array<{ workspaceId: WorkspaceId; sizes: number[]; end: (error?: Error) => void }> = [];
  const queue = new IngestQueue({
    maxWaitMs: Number.POSITIVE_INFINITY,
    ...limits,
    commit: (workspaceId, parts) =>
      new Promise((resolve, reject) => {
        const sizes = parts.map(({ updates }) => updates.length);
        commits.push({ workspaceId, sizes, end: (error) => (error ? reject(error) : resolve()) });
      }),
  });
  return { queue, commits, seen: () => commits.map(({ workspaceId, sizes }) => [workspaceId, sizes]) };
}

test("what waits for a workspace while its writer is busy is committed together, up to the size of a batch", async () => {
  const { queue, commits, seen } = rig({ writers: 2, maxWaiting: 100, maxBatch: 5 });
  const submitted = [1, 2, 2, 1, 7].map((updates) => queue.submit(part(ana, updates)));
  assert.deepEqual(
    seen(),
    [[ana, [1]]],
    "an idle queue commits at once, and one writer works for a workspace",
  );
  for (let n = 0; n < 4; n += 1) {
    commits[n]?.end();
    await tick();
  }
  assert.deepEqual(seen(), [
    [ana, [1]],
    [ana, [2, 2, 1]],
    [ana, [7]],
  ]);
  await Promise.all(submitted);
});

test("writers serve the workspace that has waited longest", async () => {
  const { queue, commits, seen } = rig({ writers: 1, maxWaiting: 100, maxBatch: 10 });
  for (const workspaceId of [ana, ana, bo, cy, bo]) void queue.submit(part(workspaceId, 1));
  for (let n = 0; n < 4; n += 1) {
    commits[n]?.end();
    await tick();
  }
  assert.deepEqual(seen(), [
    [ana, [1]],
    [bo, [1, 1]],
    [cy, [1]],
    [ana, [1]],
  ]);
});

test("a full queue refuses what would not fit, takes what fits, and takes again once there is room", async () => {
  const { queue, commits } = rig({ writers: 1, maxWaiting: 3, maxBatch: 10 });
  const running = queue.submit(part(ana, 50));
  const waiting = queue.submit(part(ana, 2));
  assert.equal(queue.waiting, 2);
  await assert.rejects(queue.submit(part(bo, 2)), {
    kind: "unavailable",
    code: "ingest.queue_full",
    retryAfterSeconds: 1,
  });
  const fits = queue.submit(part(bo, 1));
  commits[0]?.end();
  await running;
  await tick();
  for (const at of [1, 2]) {
    commits[at]?.end();
    await tick();
  }
  await Promise.all([waiting, fits]);
  assert.equal(queue.waiting, 0);
});

test("a single POST that is larger than the queue is taken when nothing waits: refused, it would never get in", async () => {
  const { queue, commits } = rig({ writers: 1, maxWaiting: 3, maxBatch: 2 });
  const large = queue.submit(part(ana, 50));
  commits[0]?.end();
  await large;
});

test("a commit that fails refuses those of its batch only", async () => {
  const { queue, commits } = rig({ writers: 2, maxWaiting: 10, maxBatch: 10 });
  const [failing, fine] = [queue.submit(part(ana, 1)), queue.submit(part(bo, 1))];
  commits[0]?.end(new Error("disk"));
  commits[1]?.end();
  await assert.rejects(failing, /disk/);
  await fine;
  const next = queue.submit(part(ana, 1));
  commits[2]?.end();
  await next;
});

test("closing takes nothing more and waits for all that was accepted", async () => {
  const { queue, commits } = rig({ writers: 1, maxWaiting: 10, maxBatch: 1 });
  const accepted = [queue.submit(part(ana, 1)), queue.submit(part(ana, 1))];
  let closed = false;
  const closing = queue.close().then(() => {
    closed = true;
  });
  assert.equal(await refusalOf(queue.submit(part(bo, 1))), "ingest.closing");
  commits[0]?.end();
  await tick();
  assert.equal(closed, false);
  commits[1]?.end();
  await Promise.all([...accepted, closing]);
});

test("as many may wait as are committed in the time that an update may wait", async () => {
  /** How many may wait behind a running batch when the one before took so many ms for ten updates. */
  const roomAfter = async (ms: number): Promise<number> => {
    let now = 0;
    const limits = { writers: 1, maxWaiting: 1_000, maxWaitMs: 100, maxBatch: 10, stopwatch: () => now };
    const { queue, commits } = rig(limits);
    const first = queue.submit(part(ana, 10));
    now += ms;
    commits[0]?.end();
    await first;
    await tick();
    void queue.submit(part(ana, 1));
    while (!queue.isFull) void queue.submit(part(ana, 1));
    assert.equal(await refusalOf(queue.submit(part(bo, 1))), "ingest.queue_full");
    return queue.waiting;
  };
  assert.equal(await roomAfter(50), 20, "ten in 50 ms are twenty in 100");
  assert.equal(await roomAfter(5_000), 10, "one batch for each writer, however slow it has become");
  assert.equal(await roomAfter(0.5), 1_000, "and never more than the limit, however quick");
});
