import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceFile } from "./check-imports.ts";

export const ROOT = new URL("..", import.meta.url).pathname;

const FOLDERS = ["server", "contract", "cli", "simulator", "console/src", "tests", "tools", "bench"];

/** All TypeScript of the project as it lies there. */
export function readSources(): SourceFile[] {
  return FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: ROOT }))
    .filter((path) => !path.includes("node_modules/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

export function readMigrationTexts(): string[] {
  return globSync("db/migrations/*.sql", { cwd: ROOT }).map((path) => readFileSync(join(ROOT, path), "utf8"));
}
