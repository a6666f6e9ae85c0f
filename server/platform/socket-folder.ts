import { createHash } from "node:crypto";
import { chownSync, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { StartFault } from "./start-fault.ts";

/** What `sockaddr_un.sun_path` holds on Linux without its closing zero (unix(7): 108 bytes). */
const MAX_SOCKET_PATH_BYTES = 107;

/** Not TMPDIR: a start from another shell has to find what this one left running. */
const TEMPORARY_FOLDER = "/tmp";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A folder, 0700 and owned by `owner`, in which a socket called `socketName` can be bound: `preferred` where its path
 * is short enough for the kernel, otherwise one in the temporary folder whose name follows from `preferred`, so that
 * the next start finds the same.
 *
 * The temporary folder is shared with strangers: what lies there under our name already must be ours, or we refuse.
 */
export function socketFolder(preferred: string, socketName: string, owner: Owner): string {
  const folder = fits(join(preferred, socketName)) ? preferred : shortFolder(preferred, owner);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0 && lstatSync(folder).uid === 0) chownSync(folder, owner.uid, owner.gid);

  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === owner.uid && (found.mode & 0o777) === 0o700) return folder;
  throw new StartFault(
    `The folder ${folder} must belong to the account with number ${owner.uid} and be closed to others (0700).`,
    "Remove it, or find out who made it, and start again.",
  );
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}

function shortFolder(preferred: string, owner: Owner): string {
  const name = createHash("sha256").update(preferred).digest("hex").slice(0, 16);
  return join(TEMPORARY_FOLDER, `wardroom-${owner.uid}-${name}`);
}
