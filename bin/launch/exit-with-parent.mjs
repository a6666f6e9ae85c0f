import { Socket } from "node:net";

/** How long we may take to finish what we accepted once the parent is gone, in ms. Then the port must be free. */
const GRACE_MS = 15_000;

/**
 * Loaded into the process that run-with-node.mjs starts, which finds in WARDROOM_PARENT_FD the descriptor of a pipe
 * whose other end only the parent holds. When it closes, however the parent ended, this process is told to stop, and
 * stops for certain after the grace. The variable goes at once: workers and forks inherit `--import`, but no pipe.
 */
const descriptor = process.env.WARDROOM_PARENT_FD;
delete process.env.WARDROOM_PARENT_FD;
if (descriptor !== undefined) {
  const parent = new Socket({ fd: Number(descriptor), readable: true, writable: false });
  parent.unref();
  parent.resume();
  parent.on("error", () => {});
  parent.once("close", () => {
    setTimeout(() => process.kill(process.pid, "SIGKILL"), GRACE_MS).unref();
    process.kill(process.pid, "SIGTERM");
  });
}
