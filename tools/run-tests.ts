import { spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { ROUNDS_VARIABLE } from "../tests/support/rounds.ts";
import { CLUSTER_VARIABLE, startTestCluster } from "../tests/support/test-cluster.ts";

const ROOT = new URL("..", import.meta.url).pathname;

const FOLDERS = ["server", "contract", "simulator", "cli", "tools", "tests", "bench", "console/src"];

/** No file may take longer, in ms: the whole run has 8 minutes. */
const FILE_TIMEOUT_MS = 240_000;

/** Files at once. Two leave a quarter of two cores idle, since many tests wait for a pause, a page or a process. */
const CONCURRENCY = 3;

/**
 * Each test file is a process of its own, and many start a whole Wardroom: what was compiled once need not be again.
 * Half of a process's start; for tests only, since whoever writes here writes what runs.
 */
const COMPILED = join(ROOT, "node_modules/.cache/compiled");

/** The promises of docs/guarantees.md, each with its rounds: few of them in a test run, all of them in a soak. */
const ROUNDS = "tests/rounds";
const SOAK_FILE_TIMEOUT_MS = 4 * 60 * 60 * 1000;

/** `node bin/pinned-node.mjs tools/run-tests.ts [--soak] [--test-NODE-OPTION...] [FILE or FOLDER...]` */
async function main(): Promise<number> {
  const isSoak = process.argv.includes("--soak");
  const args = process.argv.slice(2).filter((arg) => arg !== "--soak");
  const options = args.filter((arg) => arg.startsWith("--"));
  const named = args.filter((arg) => !arg.startsWith("--"));
  const files = findTests(named.length === 0 && isSoak ? [ROUNDS] : named);
  if (files.length === 0) {
    console.error("No test file matches.");
    return 1;
  }
  if (!(await isConsoleBuilt(files))) {
    console.error("The console could not be built, so no test was run.");
    return 1;
  }
  const limits = isSoak
    ? ["--test-concurrency=1", `--test-timeout=${SOAK_FILE_TIMEOUT_MS}`]
    : [`--test-concurrency=${CONCURRENCY}`, `--test-timeout=${FILE_TIMEOUT_MS}`];
  const runAll = (env: object) =>
    runTests([...limits, ...options], files, isSoak ? { ...env, [ROUNDS_VARIABLE]: "whole" } : env);
  if (process.env["TEST_DATABASE_URL"] !== undefined) return runAll({});
  await using cluster = await startTestCluster();
  return await runAll({ [CLUSTER_VARIABLE]: cluster.url });
}

function findTests(narrowedTo: readonly string[]): string[] {
  const all = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: ROOT })).sort();
  if (narrowedTo.length === 0) return all;
  const wanted = narrowedTo.map((path) => relative(ROOT, resolve(path)));
  return all.filter((file) => wanted.some((path) => file === path || file.startsWith(`${path}/`)));
}

/** Whoever is asked for a page or a whole journey needs the console as it is now. */
async function isConsoleBuilt(files: readonly string[]): Promise<boolean> {
  const builder = join(ROOT, "tools/build-console.ts");
  const isNeeded = files.some((file) => /^(?:tests\/journeys|server\/http|cli)\//.test(file));
  return !isNeeded || !existsSync(builder) || (await run([builder], {})) === 0;
}

function runTests(options: readonly string[], files: readonly string[], env: object): Promise<number> {
  return run(["--test", "--test-reporter=spec", ...options, ...files], env);
}

function run(args: readonly string[], env: object): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: "inherit",
      env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...env },
    });
    const stop = () => child.kill("SIGTERM");
    process.once("SIGTERM", stop).once("SIGINT", stop);
    child.once("error", failed);
    child.once("exit", (code) => {
      process.removeListener("SIGTERM", stop).removeListener("SIGINT", stop);
      done(code ?? 1);
    });
  });
}

process.exitCode = await main();
