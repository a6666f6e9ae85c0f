import type { Config } from "../server/config/config.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import type { KeysStatus, WorkspaceKeysStatus } from "../server/vault/keys-status.ts";
import { askServer } from "./ask-server.ts";

/** `wardroom keys status`. */
export async function showKeysStatus(config: Config, { json }: { json?: boolean }): Promise<number> {
  const status = (await askServer(config, "keys.status")) as KeysStatus | undefined;
  if (status === undefined) throw noServer(config);
  if (json) console.log(JSON.stringify({ ok: true, ...status }));
  else print(status);
  return 0;
}

export function noServer({ dataDir }: Config): StartFault {
  return new StartFault(`No Wardroom runs on ${dataDir}.`, "Start it (wardroom start), then ask again.");
}

function print(status: KeysStatus): void {
  console.log(`Root key ${status.rootKeyId} (${status.provider})`);
  for (const id of status.rootKeyFiles.prepared) console.log(`  ${id} lies prepared, not in use`);
  for (const id of status.rootKeyFiles.replaced) console.log(`  ${id} was replaced, to be destroyed`);
  for (const workspace of status.workspaces) printWorkspace(workspace);
  if (status.bundle === null) console.log("No key bundle has been written yet.");
  else console.log(`Key bundle: ${age(status.bundle.ageSeconds)}, ${status.bundle.generations} generations`);
}

function printWorkspace({ workspaceId, versions, rotation, dataKeys }: WorkspaceKeysStatus): void {
  console.log(nameOf(workspaceId));
  for (const { version, ageSeconds, isDestroyed } of versions)
    console.log(`  key version ${version}, ${age(ageSeconds)}${isDestroyed ? ", destroyed" : ""}`);
  if (rotation !== null)
    console.log(
      `  a rotation to version ${rotation.toVersion} is under way, ${rotation.keysLeft} keys to go`,
    );
  for (const { keyClass, live, destroyed } of dataKeys)
    console.log(`  ${keyClass}: ${live} data keys, ${destroyed} destroyed`);
}

export function nameOf(workspaceId: string): string {
  return /^[0-]+$/.test(workspaceId) ? "Installation" : `Workspace ${workspaceId}`;
}

function age(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h old` : `${Math.floor(hours / 24)} days old`;
}
