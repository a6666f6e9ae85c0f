import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Owner } from "../socket-folder.ts";
import { StartFault } from "../start-fault.ts";
import { syncFolder } from "../write-durably.ts";
import type { Folders } from "./folders.ts";
import { newPasswords, type Passwords, SUPERUSER, writePasswords } from "./passwords.ts";
import { createRoleSql, DATABASE, databaseRightsSql, ROLE_KEYS } from "./roles.ts";
import { runAs } from "./run-as.ts";
import { asFlags, QUIET_LOG } from "./settings.ts";

const PARTIAL = "cluster.partial-";

/**
 * Makes the cluster with its roles and its database, and the file with their passwords.
 *
 * It is made under another name and renamed when it is complete and on disk: a folder called `cluster` is never half
 * done, and a start never has to decide whether to delete one. What an interrupted start left goes here; its initdb
 * may be running still, so every attempt has a folder of its own.
 */
export async function createCluster(folders: Folders, bin: string, account: Owner): Promise<void> {
  await removeInterrupted(folders.home, account);
  const partial = join(folders.home, PARTIAL + randomBytes(4).toString("hex"));
  const passwords = newPasswords();
  try {
    await runAs(account, join(bin, "initdb"), [
      ...["-D", partial, "-U", SUPERUSER, "--auth-local=reject", "--auth-host=reject", "--data-checksums"],
      ...["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
    ]);
    // Without a server: nothing is left running when we are killed, and nobody can connect in between.
    const settings = [...QUIET_LOG, "exit_on_error=on", "password_encryption=scram-sha-256"];
    const args = ["--single", "-D", partial, ...asFlags(settings), "postgres"];
    await runAs(account, join(bin, "postgres"), args, `${firstStatements(passwords).join("\n")}\n`);
  } catch (error) {
    throw new StartFault(
      `The built-in database could not be made in ${folders.home}.`,
      "Check that the disk has 1 GB free and lets the account write there, then start again.",
      { cause: error },
    );
  }
  writePasswords(folders.passwords, passwords);
  await runAs(account, "/bin/mv", ["-T", partial, folders.cluster]);
  syncFolder(folders.home);
}

/** Single-user PostgreSQL takes one statement a line. */
function firstStatements(passwords: Passwords): string[] {
  return [
    `alter role ${SUPERUSER} password '${passwords.superuser}';`,
    ...ROLE_KEYS.map((key) => createRoleSql(key, passwords[key])),
    `create database ${DATABASE} template template0;`,
    ...databaseRightsSql(DATABASE),
  ];
}

async function removeInterrupted(home: string, account: Owner): Promise<void> {
  const left = readdirSync(home).filter((name) => name.startsWith(PARTIAL));
  const paths = left.map((name) => join(home, name));
  if (paths.length > 0) await runAs(account, "/bin/rm", ["-rf", "--", ...paths]).catch(() => {});
}
