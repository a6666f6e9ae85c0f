import type { Command } from "./command.ts";

export const setupCommand: Command = {
  name: "setup",
  summary: "make a workspace, its Owner and a number, without a browser",
  help: `
Usage: wardroom setup --workspace NAME --owner NAME --email ADDRESS [options]

  --time-zone ZONE        of the workspace, default that of this machine
  --language en|ar        of the Owner, default en
  --number simulator|meta|none   default simulator
  --json                  everything as one JSON object

The Owner's password is read from WARDROOM_OWNER_PASSWORD, or made and printed. For a number at Meta:
WARDROOM_META_APP_ID, WARDROOM_META_APP_SECRET, WARDROOM_META_ACCESS_TOKEN, WARDROOM_META_WABA_ID and
WARDROOM_META_PHONE_NUMBER_ID. Secrets come from the environment so that no process list shows them.

Works beside a server that runs, and without one: then it makes the data folder, and is done when the workspace is.`,
  run: async (args) => (await import("./run-setup.ts")).runSetup(args),
};
