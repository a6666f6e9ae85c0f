import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FILLED_AT_ONCE = 64 * 1024;

/** A file system of `megabytes`, in memory, that can be filled to its last byte. Only root may make one. */
export class SmallDisk implements Disposable {
  readonly path: string;

  /** Undefined where we may not mount. */
  static open(megabytes: number): SmallDisk | undefined {
    const path = mkdtempSync(join(tmpdir(), "wardroom-disk-"));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "tmpfs", path], {
        stdio: "ignore",
      });
      return new SmallDisk(path);
    } catch {
      rmdirSync(path);
      return undefined;
    }
  }

  private constructor(path: string) {
    this.path = path;
  }

  /** Takes all room that there is. */
  fill(): void {
    const file = openSync(this.#filler, "a");
    try {
      for (;;) writeSync(file, Buffer.alloc(FILLED_AT_ONCE, 1));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Gives the room back. */
  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  [Symbol.dispose](): void {
    execFileSync("umount", ["-l", this.path], { stdio: "ignore" });
    rmdirSync(this.path);
  }

  get #filler(): string {
    return join(this.path, "filler");
  }
}
