import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, mkdir, open, realpath, unlink } from "node:fs/promises";
import { dirname, sep } from "node:path";
import { StartFault } from "../platform/start-fault.ts";

/** Ours: a key file is a few lines. Whatever is larger is not one. */
const MAX_BYTES = 16 * 1024;

const OTHERS = 0o077;

/**
 * The text of a key file, or undefined when there is none. Throws a StartFault when anybody but the account that
 * runs Wardroom (or root) could have read or written it.
 */
export async function readKeyFile(path: string): Promise<string | undefined> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new StartFault(
      `The key file ${path} cannot be read (${codeOf(error)}).`,
      "Give it to the account that runs Wardroom, readable by that account alone.",
    );
  }
  try {
    const { mode, uid, size } = await file.stat();
    if ((mode & constants.S_IFMT) !== constants.S_IFREG || size > MAX_BYTES) throw notAKeyFile(path);
    if ((mode & OTHERS) !== 0) {
      throw new StartFault(
        `The key file ${path} is open to other accounts (mode ${(mode & 0o777).toString(8)}).`,
        `Run: chmod 600 ${path}. If others could log in to this machine, treat the key as known to them.`,
      );
    }
    if (uid !== 0 && uid !== process.getuid?.()) {
      throw new StartFault(
        `The key file ${path} belongs to another account (uid ${uid}), which can read and replace it.`,
        "Give it to the account that runs Wardroom: chown, then chmod 600.",
      );
    }
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/**
 * Makes a key file, for this account only, whole and on disk before it has its name. Never replaces one: when
 * another process was faster, its file stands and ours is gone.
 */
export async function makeKeyFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(8).toString("hex")}.part`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path).catch((error) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
  } catch (cause) {
    throw new StartFault(
      `The key file ${path} cannot be made (${codeOf(cause)}).`,
      "Name a place for it that the account running Wardroom may write to: WARDROOM_ROOT_KEY_FILE.",
      { cause },
    );
  } finally {
    await unlink(draft).catch(() => {});
  }
  await syncFolder(folder);
}

/** Makes a new name in `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A key beside the data it opens is copied, backed up and stolen together with it. */
export async function refuseInside(path: string, dataFolder: string): Promise<void> {
  const key = await realPathOf(path);
  const data = await realPathOf(dataFolder);
  if (key !== data && !key.startsWith(data + sep)) return;
  throw new StartFault(
    `The key file ${path} lies in the data folder ${dataFolder}, where every copy of the data would contain it.`,
    "Name a place outside of the data folder: WARDROOM_ROOT_KEY_FILE.",
  );
}

/** Resolves the links of the part that exists. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path
      ? path
      : `${await realPathOf(parent)}${sep}${path.slice(parent.length).replace(sep, "")}`;
  }
}

export function notAKeyFile(path: string): StartFault {
  return new StartFault(
    `${path} is not a root key file of Wardroom, or it is damaged.`,
    "Put back the copy from escrow, or name the right file: WARDROOM_ROOT_KEY_FILE.",
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
