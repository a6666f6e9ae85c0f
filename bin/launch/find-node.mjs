import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The oldest Node that runs our TypeScript as it lies there. */
const NEEDED_MAJOR = 24;

const FIX = `Run \`npm ci\` in the project folder (without --omit=optional), or install Node ${NEEDED_MAJOR} or newer.`;

/**
 * The Node to run Wardroom with: the one pinned in package-lock.json, else the one that runs this file when it is new
 * enough; otherwise a sentence for the terminal. Plain JavaScript for Node 18: whatever the machine has runs it.
 *
 * @returns {{ path: string } | { fault: string }}
 */
export function findNode() {
  const pinned = findPinned();
  if (pinned !== undefined) return { path: pinned };
  const [major] = process.versions.node.split(".");
  if (Number(major) >= NEEDED_MAJOR) return { path: process.execPath };
  return {
    fault: `Wardroom needs Node ${NEEDED_MAJOR}, this is Node ${process.versions.node}, and its own copy is not installed. ${FIX}`,
  };
}

function findPinned() {
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const path = join(dirname(manifest), "bin", "node");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
