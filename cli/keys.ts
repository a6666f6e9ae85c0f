import { parseArgs } from "node:util";
import { readConfig } from "../server/config/config.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import type { KeysStatus } from "../server/vault/keys-status.ts";
import { askServer } from "./ask-server.ts";
import type { Command } from "./command.ts";
import { takeEnvironment } from "./environment.ts";

export const keysCommand: Command = {
  name: "keys",
  summary: "the state of the keys: `keys status`",
  help: `
Usage: wardroom keys status [--demo] [--json]

Shows provider and versions of the keys, their ages, and the newest key bundle. Nothing that opens anything.
Asks the server that runs on this data folder.`,
  run: keys,
};

async function keys(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { demo: { type: "boolean" }, json: { type: "boolean" } },
    allowPositionals: true,
  });
  if (positionals.join() !== "status")
    throw new StartFault("keys needs to know what to do.", "wardroom keys status");
  const config = readConfig(takeEnvironment(values.demo === true));
  const status = (await askServer(config, "keys.status")) as KeysStatus | undefined;
  if (status === undefined) {
    throw new StartFault(
      `No Wardroom runs on ${config.dataDir}.`,
      "Start it (wardroom start), then ask again.",
    );
  }
  if (values.json) console.log(JSON.stringify({ ok: true, ...status }));
  else print(status);
  return 0;
}

function print(status: KeysStatus): void {
  console.log(`Root key ${status.rootKeyId} (${status.provider})`);
  for (const workspace of status.workspaces) {
    const isInstallation = /^[0-]+$/.test(workspace.workspaceId);
    console.log(isInstallation ? "Installation" : `Workspace ${workspace.workspaceId}`);
    for (const { version, ageSeconds, isDestroyed } of workspace.versions) {
      console.log(`  key version ${version}, ${age(ageSeconds)}${isDestroyed ? ", destroyed" : ""}`);
    }
    for (const { keyClass, live, destroyed } of workspace.dataKeys) {
      console.log(`  ${keyClass}: ${live} data keys, ${destroyed} destroyed`);
    }
  }
  if (status.bundle === null) console.log("No key bundle has been written yet.");
  else console.log(`Key bundle: ${age(status.bundle.ageSeconds)}, ${status.bundle.generations} generations`);
}

function age(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h old` : `${Math.floor(hours / 24)} days old`;
}
