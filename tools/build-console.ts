import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "console/dist");
/** Written last: a build cut short leaves none, and is made again. */
const SOURCE_HASH = join(DIST, ".source-hash");

/** Everything that the built console depends on. */
const SOURCES = [
  "console/src/**/*",
  "console/public/**/*",
  "console/*.{html,ts,json}",
  "contract/**/*.ts",
  "package-lock.json",
];
const NOT_SHIPPED = /\.test\.tsx?$/;

/**
 * Builds console/dist where it is absent or made from other sources than those that lie here. Needs write access to
 * console/dist and .cache only, so node_modules may be read-only. About 3 s; a fresh one is told in some 20 ms.
 */
export async function buildConsoleIfStale(): Promise<"built" | "fresh"> {
  const hash = hashSources();
  if (existsSync(join(DIST, "index.html")) && builtFrom() === hash) return "fresh";
  const { build } = await import("vite");
  await build({ configFile: join(ROOT, "console/vite.config.ts"), configLoader: "native", logLevel: "warn" });
  writeFileSync(SOURCE_HASH, hash);
  return "built";
}

function builtFrom(): string | undefined {
  return existsSync(SOURCE_HASH) ? readFileSync(SOURCE_HASH, "utf8") : undefined;
}

function hashSources(): string {
  const hash = createHash("sha256");
  for (const path of listSources()) {
    const content = readFileSync(join(ROOT, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function listSources(): string[] {
  return globSync(SOURCES, { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile() && !NOT_SHIPPED.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .sort();
}

if (import.meta.main) console.log(`The console is ${await buildConsoleIfStale()}.`);
