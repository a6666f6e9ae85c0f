import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { readConfig } from "../server/config/config.ts";
import { foldEmail } from "../server/identity/email.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import type { Command } from "./command.ts";
import { takeEnvironment } from "./environment.ts";
import { askForOwnerLink, askForOwners, type ListedOwner } from "./recovery.ts";
import { requireDataFolder } from "./reset-link.ts";

export const recoverOwnerCommand: Command = {
  name: "recover-owner",
  summary: "let an Owner who has lost everything in again",
  help: `
Usage: wardroom recover-owner [--email EMAIL] [--workspace ID] [--demo] [--json]

Shows the Owners, asks which one by having the e-mail address typed, and prints a link that works once, for 10 minutes.
Whoever opens it chooses a new password and has to set up a new second factor; the old ones, and all sessions, end with
that and not before. It is a critical event in the log of the workspace and of the installation, and every Owner of the
workspace is told by mail where SMTP is set. Works with and without a running server; it needs the data folder and the
root key.

An Owner who has a colleague with the role Owner does not need it: the colleague can remove lost factors in the console.

  --email EMAIL    the Owner, instead of being asked
  --workspace ID   where one person owns several workspaces
  --json           { "ok": true, "workspaceId", "memberId", "link", "expiresAt" }; needs --email`,
  run: recoverOwner,
};

async function recoverOwner(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ email: { type: "string" }, workspace: { type: "string" } },
      ...{ demo: { type: "boolean" }, json: { type: "boolean" } },
    },
  });
  if (values.json === true && values.email === undefined)
    throw new StartFault("recover-owner --json cannot ask.", "Name the Owner with --email.");
  const config = readConfig(takeEnvironment(values.demo === true));
  requireDataFolder(config.dataDir);
  const owners = await askForOwners(config);
  const email = values.email ?? (await askWhich(owners));
  const owner = choose(owners, { email, workspace: values.workspace });
  return print(owner, await askForOwnerLink(config, owner), values.json === true);
}

async function askWhich(owners: readonly ListedOwner[]): Promise<string> {
  for (const { name, email, workspaceName } of owners) console.log(`  ${workspaceName}: ${name}, ${email}`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const nothingTyped = new Promise<never>((_, reject) => {
    lines.once("close", () =>
      reject(new StartFault("No e-mail address was typed.", "Name the Owner with --email.")),
    );
  });
  try {
    const asked = lines.question("Type the e-mail address of the Owner to let in again: ");
    return await Promise.race([asked, nothingTyped]);
  } finally {
    lines.close();
  }
}

function choose(
  owners: readonly ListedOwner[],
  { email, workspace }: { readonly email: string; readonly workspace: string | undefined },
): ListedOwner {
  const fitting = owners.filter(
    (owner) =>
      foldEmail(owner.email) === foldEmail(email) && (workspace ?? owner.workspaceId) === owner.workspaceId,
  );
  const [owner, second] = fitting;
  if (owner === undefined)
    throw new StartFault("No active Owner has this e-mail address.", "wardroom recover-owner lists them.");
  if (second !== undefined)
    throw new StartFault("This person owns several workspaces.", "Name one with --workspace ID.");
  return owner;
}

function print(
  { workspaceId, memberId, name, workspaceName }: ListedOwner,
  { link, expiresAt }: { readonly link: string; readonly expiresAt: string },
  json: boolean,
): number {
  if (json) console.log(JSON.stringify({ ok: true, workspaceId, memberId, link, expiresAt }));
  else {
    console.log(`${link}`);
    console.log(`It works once, until ${expiresAt}, for ${name} of ${workspaceName}.`);
    console.log("Written into the log, and to every Owner of the workspace where mail goes out.");
  }
  return 0;
}
