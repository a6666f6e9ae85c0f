import { parseArgs } from "node:util";
import { readConfig } from "../server/config/config.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import { askServer } from "./ask-server.ts";
import type { Command } from "./command.ts";
import { takeEnvironment } from "./environment.ts";
import { noServer } from "./show-keys-status.ts";

export const networkRulesCommand: Command = {
  name: "network-rules",
  summary: "the way back in when no allowed network is left: `network-rules clear`",
  help: `
Usage: wardroom network-rules clear --workspace ID [--demo] [--json]

clear  takes away every rule about the networks from which a workspace's console is reached. From then on it is reached
       from anywhere, until an Admin makes rules again. For when nobody gets in from an allowed network any more, or the
       rules were written by hand in the database. It is written to the workspace's log as the operator's act, and to
       the server's log.

  --workspace ID  which workspace; wardroom keys status shows the ids
  --json          { "ok", "found": "none" | "ours" | "forged" }

It asks the server that runs on this data folder.`,
  run: networkRules,
};

async function networkRules(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { demo: { type: "boolean" }, json: { type: "boolean" }, workspace: { type: "string" } },
    allowPositionals: true,
  });
  const help = "wardroom network-rules --help says what it takes.";
  if (positionals.join() !== "clear") throw new StartFault("network-rules needs to know what to do.", help);
  if (values.workspace === undefined) throw new StartFault("clear needs to know which workspace.", help);
  const config = readConfig(takeEnvironment(values.demo === true));
  const answer = await askServer(config, "network_rules.clear", { workspaceId: values.workspace });
  if (answer === undefined) throw noServer(config);
  const { found } = answer as { found: keyof typeof WORDS };
  console.log(values.json === true ? JSON.stringify({ ok: true, found }) : WORDS[found]);
  return 0;
}

const WORDS = {
  none: "There were no rules. The console is reached from anywhere, as before.",
  ours: "The rules are gone: the console of this workspace is reached from anywhere. An Admin can make new ones.",
  forged:
    "The rules were not written by Wardroom: somebody wrote the database by hand. They are gone, and the console of this workspace is reached from anywhere. Find out who it was.",
};
