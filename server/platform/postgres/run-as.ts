import { spawn } from "node:child_process";
import type { Owner } from "../socket-folder.ts";
import { POSTGRES_ENV } from "./binaries.ts";

/** How much of what a program said we keep for an error, in characters. */
const MAX_OUTPUT = 2_000;

/** Runs a program as the database's account, with `input` on its standard input; throws with its last words. */
export function runAs(account: Owner, program: string, args: readonly string[], input = ""): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...account,
      cwd: "/",
      env: POSTGRES_ENV,
      stdio: ["pipe", "ignore", "pipe"],
    });
    let output = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}: ${output.trim()}`));
    });
    // It may end before it has read everything; its exit code says so.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
