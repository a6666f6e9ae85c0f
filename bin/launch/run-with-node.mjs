import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { findNode } from "./find-node.mjs";

const EXIT_WITH_PARENT = new URL("exit-with-parent.mjs", import.meta.url).href;

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs `script` with the Node that findNode chose and ends as it ends: same exit code, same signal.
 *
 * Node 18 cannot replace itself by another program, so there are two processes. Signals are passed on, so that the
 * child finishes what it accepted; at a Ctrl-C it may see the same signal twice, from the terminal and from here.
 * A kill -9 of this process closes the pipe that the child watches, and the child stops by itself.
 *
 * @param {string | URL} script
 * @param {readonly string[]} args
 */
export function runWithNode(script, args) {
  const node = findNode();
  if ("fault" in node) {
    console.error(node.fault);
    process.exit(1);
  }
  const path = script instanceof URL ? fileURLToPath(script) : script;
  const child = spawn(node.path, ["--import", EXIT_WITH_PARENT, path, ...args], {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, WARDROOM_PARENT_FD: "3" },
  });
  for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => {
    console.error(`Node could not be started from ${node.path} (${error.code}). Run \`npm ci\` again.`);
    process.exit(1);
  });
  child.once("exit", (code, signal) => end(code, signal));
}

function end(code, signal) {
  if (signal === null) process.exit(code);
  for (const passed of PASSED_ON) process.removeAllListeners(passed);
  process.kill(process.pid, signal);
  // A signal that does not end us still is a failure.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
}
