import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** `npm run bench -- NAME [options]`: one bench, in a process of its own. Without a name, what there is. */
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length));

const [name = "", ...args] = process.argv.slice(2);
if (names.includes(name)) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...args], {
    stdio: "inherit",
  });
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  console.error(`Usage: npm run bench -- NAME\n\n${names.map((one) => `  ${one}`).join("\n")}`);
  process.exitCode = 2;
}
