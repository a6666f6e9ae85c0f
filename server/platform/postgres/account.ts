import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Owner } from "../socket-folder.ts";
import { StartFault } from "../start-fault.ts";

const run = promisify(execFile);

/** The system account under which PostgreSQL runs when Wardroom was started as root: PostgreSQL refuses root. */
export const ACCOUNT = "wardroom";

/** Whose processes and files the database's are: our own, or, as root, those of an account made for it. */
export async function databaseAccount(): Promise<Owner> {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  if (uid === undefined || gid === undefined) {
    throw new StartFault(
      "The built-in PostgreSQL runs on Linux only.",
      "Set DATABASE_URL to a PostgreSQL 15 to 18.",
    );
  }
  return uid === 0 ? ((await findAccount()) ?? (await createAccount())) : { uid, gid };
}

async function findAccount(): Promise<Owner | undefined> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", ACCOUNT]), run("id", ["-g", ACCOUNT])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function createAccount(): Promise<Owner> {
  const failure = await run("useradd", [
    ...["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"],
    ...["--shell", "/usr/sbin/nologin", ACCOUNT],
  ]).catch((error: unknown) => error);
  // Another process may have made it at the same moment; only its absence counts.
  const account = await findAccount();
  if (account !== undefined) return account;
  throw new StartFault(
    `PostgreSQL does not run as root, and the system account "${ACCOUNT}" for it could not be made.`,
    `Make it (useradd --system --user-group ${ACCOUNT}), start Wardroom as an ordinary user, or set DATABASE_URL.`,
    { cause: failure },
  );
}
