import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DEPLOYMENT_FILES, findDeploymentFaults } from "./check-deployment.ts";
import { findForbiddenImports } from "./check-imports.ts";
import { findPackageFaults } from "./check-packages.ts";
import { findSecrets } from "./check-secrets.ts";
import { findForeignTables } from "./check-tables.ts";
import { ROOT, readMigrationTexts, readSources } from "./source-files.ts";

/** Larger files hold no source. In bytes. */
const MAX_SCANNED_BYTES = 1_048_576;

/**
 * Biome's own binary, without the package around it: that one names binaries for every platform, and `npm ci` refuses a
 * lock in which a registry could not fill in one of them.
 */
const BIOME = join(ROOT, `node_modules/@biomejs/cli-linux-${process.arch}/biome`);

interface Check {
  readonly name: string;
  /** What is wrong, one sentence each; a tool that prints for itself gives one that says so. */
  run(): string[];
}

const CHECKS: readonly Check[] = [
  {
    name: "format and lint (Biome)",
    run: () => runProgram(BIOME, "check", "--error-on-warnings"),
  },
  { name: "types", run: () => runTool("typescript/bin/tsc", "-p", ".") },
  {
    name: "types of the console",
    run: () => (has("console/src") ? runTool("typescript/bin/tsc", "-p", "console") : []),
  },
  { name: "types of the customer's phone", run: () => runTool("typescript/bin/tsc", "-p", "simulator/page") },
  { name: "the map of imports", run: () => findForbiddenImports(readSources()) },
  { name: "tables and their rooms", run: () => findForeignTables(readSources(), readMigrationTexts()) },
  {
    name: "packages: pinned, locked, licensed (no advisories: those need the network)",
    run: () => findPackageFaults(readJson("package.json"), readJson("package-lock.json")),
  },
  { name: "secrets in files", run: () => trackedFiles().flatMap((path) => findSecrets(path, read(path))) },
  {
    name: "deployment files (by their text: no container engine is asked)",
    run: () => DEPLOYMENT_FILES.filter(has).flatMap((path) => findDeploymentFaults(path, read(path))),
  },
];

function main(): number {
  let faults = 0;
  for (const { name, run } of CHECKS) {
    const found = run();
    console.log(`${found.length === 0 ? "ok" : "FAULT"}  ${name}`);
    for (const sentence of found) console.log(`       ${sentence}`);
    faults += found.length;
  }
  return faults === 0 ? 0 : 1;
}

function runTool(script: string, ...args: string[]): string[] {
  return runProgram(process.execPath, join(ROOT, "node_modules", script), ...args);
}

function runProgram(program: string, ...args: string[]): string[] {
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: "inherit" });
  return status === 0 ? [] : [`see above (${status})`];
}

/** All that git tracks or would track; without git, the sources. */
function trackedFiles(): string[] {
  try {
    const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const list = execFileSync("git", args, {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return list.split("\0").filter((path) => path !== "" && has(path) && isSmallFile(path));
  } catch {
    return readSources().map(({ path }) => path);
  }
}

function isSmallFile(path: string): boolean {
  const { size } = statSync(join(ROOT, path));
  return size <= MAX_SCANNED_BYTES;
}

function has(path: string): boolean {
  return existsSync(join(ROOT, path));
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function readJson<Shape>(path: string): Shape {
  return JSON.parse(read(path));
}

process.exitCode = main();
