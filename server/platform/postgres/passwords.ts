import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { StartFault } from "../start-fault.ts";
import { writeDurably } from "../write-durably.ts";
import type { RoleKey } from "./roles.ts";

/** PostgreSQL's own administrator: made with the cluster, used for nothing while Wardroom runs. */
export const SUPERUSER = "postgres";

export type Passwords = Readonly<Record<RoleKey | "superuser", string>>;

const PASSWORD = z.string().regex(/^[0-9a-f]{64}$/);
const PASSWORDS = z.strictObject({
  superuser: PASSWORD,
  owner: PASSWORD,
  app: PASSWORD,
  purger: PASSWORD,
  backup: PASSWORD,
});

export function newPasswords(): Passwords {
  const password = () => randomBytes(32).toString("hex");
  return {
    superuser: password(),
    owner: password(),
    app: password(),
    purger: password(),
    backup: password(),
  };
}

export function writePasswords(path: string, passwords: Passwords): void {
  writeDurably(path, `${JSON.stringify(passwords, null, 2)}\n`, 0o600);
}

export function readPasswords(path: string): Passwords {
  let found: Passwords | undefined;
  try {
    if ((statSync(path).mode & 0o077) === 0) found = PASSWORDS.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // A parser's message would quote the file.
  }
  if (found !== undefined) return found;
  throw new StartFault(
    `The passwords of the built-in database (${path}) are missing, damaged or open to other accounts.`,
    "Put the file back as it was, from a backup of the data folder, with rights 0600.",
  );
}
