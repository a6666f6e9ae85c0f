import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeDataFolder } from "../data-folder.ts";
import { type Owner, socketFolder } from "../socket-folder.ts";
import { SOCKET_NAME } from "./settings.ts";

/**
 * Where the database keeps things. `home` belongs to its account; all else is ours, so that what runs as the account
 * cannot lead us, when we are root, to write through a link of its making.
 */
export interface Folders {
  readonly data: string;
  readonly home: string;
  readonly cluster: string;
  readonly log: string;
  readonly socket: string;
  readonly passwords: string;
  readonly hba: string;
  /** What PostgreSQL says before its own log begins. */
  readonly startLog: string;
}

export function openFolders(dataDir: string, account: Owner): Folders {
  const data = makeDataFolder(dataDir);
  const home = join(data, "postgres");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) {
    chownSync(data, 0, account.gid);
    chmodSync(data, 0o710);
    chownSync(home, account.uid, account.gid);
  }
  return {
    data,
    home,
    cluster: join(home, "cluster"),
    log: join(home, "log"),
    socket: socketFolder(join(data, "postgres-socket"), SOCKET_NAME, account),
    passwords: join(data, "postgres-passwords.json"),
    hba: join(data, "postgres-hba.conf"),
    startLog: join(data, "postgres-start.log"),
  };
}
