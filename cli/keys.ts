import { parseArgs } from "node:util";
import { readConfig } from "../server/config/config.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import type { Command } from "./command.ts";
import { takeEnvironment } from "./environment.ts";
import { rotateKeys } from "./rotate-keys.ts";
import { showKeysStatus } from "./show-keys-status.ts";

export const keysCommand: Command = {
  name: "keys",
  summary: "the keys: `keys status`, `keys rotate`",
  help: `
Usage: wardroom keys status [--demo] [--json]
       wardroom keys rotate [--workspace ID | --all] [--root [--prepare]] [--demo] [--json]

status  shows provider and versions of the keys, their ages, a rotation under way, and the newest key bundle. Nothing
        that opens anything.
rotate  makes new keys above those that seal, and destroys the old ones. What is sealed stays as it is, people work on
        meanwhile, and when it is cut off the next run goes on from there. Wardroom does it by itself every 27 days, but
        for the root key.

  --workspace ID  the key of one workspace
  --all           the keys of every workspace and of the installation; this is meant where nothing is named
  --root          the root key: the key file then holds another one, and every copy of it in escrow has to be made anew
  --prepare       with --root: makes the next root key and leaves it beside the key file, not in use yet, so that copies
                  of it can be brought to safety first; --root then takes this one
  --json          rotate: { "ok", "workspaces": [{ "workspaceId", "state", "version", "rewrapped", "left", "damaged" }],
                  "root": null | { "state", "from", "to", "wrapped", "destroyed", "keyFile" } }

Exit codes of rotate: 0 all that was asked for is done; 1 it could not be done, and the words say why; 3 begun and not
finished: run it again.

Both ask the server that runs on this data folder.`,
  run: keys,
};

async function keys(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      demo: { type: "boolean" },
      json: { type: "boolean" },
      workspace: { type: "string" },
      all: { type: "boolean" },
      root: { type: "boolean" },
      prepare: { type: "boolean" },
    },
    allowPositionals: true,
  });
  const [act] = positionals;
  const rotationOnly = values.workspace ?? values.all ?? values.root ?? values.prepare;
  if (positionals.length !== 1 || (act !== "status" && act !== "rotate"))
    throw new StartFault("keys needs to know what to do.", "wardroom keys status, or wardroom keys rotate");
  if (act === "status" && rotationOnly !== undefined)
    throw new StartFault("keys status takes no such option.", "wardroom keys --help says what it takes.");
  const config = readConfig(takeEnvironment(values.demo === true));
  return act === "status" ? showKeysStatus(config, values) : rotateKeys(config, values);
}
