import { setTimeout as sleep } from "node:timers/promises";
import type { RootRotation } from "../server/compose/rotate-keys.ts";
import type { Config } from "../server/config/config.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import type { WorkspaceRotation } from "../server/vault/rotation/rotation-request.ts";
import { askServer } from "./ask-server.ts";
import type { KeysRotated, RotateInput, RotationReport } from "./key-rotations.ts";
import { nameOf, noServer } from "./show-keys-status.ts";

export interface RotateValues {
  readonly json?: boolean | undefined;
  readonly workspace?: string | undefined;
  readonly all?: boolean | undefined;
  readonly root?: boolean | undefined;
  readonly prepare?: boolean | undefined;
}

const POLL_MS = 200;

/** The exit code for what was begun and has to be run again. */
const UNFINISHED = 3;

/** `wardroom keys rotate`: tells the running server to do it, and waits for the end. */
export async function rotateKeys(config: Config, values: RotateValues): Promise<number> {
  const input = inputOf(values);
  const say = values.json === true ? () => undefined : (line: string) => console.log(line);
  if ((await askServer(config, "keys.rotate", input)) === undefined) throw noServer(config);
  say("Wardroom is rotating its keys. It goes on when you leave; wardroom keys status shows how far it is.");
  const result = await untilDone(config);
  const isFinished = [...result.workspaces, ...(result.root === null ? [] : [result.root])].every(
    ({ state }) => state !== "unfinished" && state !== "elsewhere",
  );
  if (values.json === true) console.log(JSON.stringify({ ok: isFinished, ...result }));
  for (const each of result.workspaces) say(describeWorkspace(each));
  if (result.root !== null) for (const line of describeRoot(result.root)) say(line);
  if (!isFinished) say("Not everything is done: run wardroom keys rotate again, it goes on from there.");
  return isFinished ? 0 : UNFINISHED;
}

const WORKSPACE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function inputOf({ workspace, all = false, root = false, prepare = false }: RotateValues): RotateInput {
  const help = "wardroom keys --help says what it takes.";
  if (workspace !== undefined && all)
    throw new StartFault("--workspace and --all contradict each other.", help);
  if (prepare && !root) throw new StartFault("--prepare belongs to --root.", help);
  if (workspace !== undefined && !WORKSPACE_ID.test(workspace))
    throw new StartFault("The workspace is named by its id.", "wardroom keys status shows the ids.");
  return { workspaces: workspace ?? (all || !root ? "all" : "none"), root: rootWish(root, prepare) };
}

function rootWish(isAsked: boolean, isToPrepare: boolean): RotateInput["root"] {
  if (!isAsked) return "leave";
  return isToPrepare ? "prepare" : "change";
}

async function untilDone(config: Config): Promise<KeysRotated> {
  for (;;) {
    await sleep(POLL_MS);
    const report = (await askServer(config, "keys.rotation").catch(() => undefined)) as
      | RotationReport
      | undefined;
    if (report === undefined || report.state === "none") {
      throw new StartFault(
        "Wardroom stopped before its keys were rotated.",
        "Nothing is lost. Start it (wardroom start) and run this again: it goes on from there.",
      );
    }
    if (report.state === "done") return report.result;
    if (report.state === "failed") {
      throw new StartFault(
        `The keys could not be rotated: ${report.code}.`,
        "Nothing is lost, and a new run goes on from there. docs/errors.md says what the code means.",
      );
    }
  }
}

function describeWorkspace({
  workspaceId,
  state,
  version,
  rewrapped,
  left,
  damaged,
}: WorkspaceRotation): string {
  const name = nameOf(workspaceId);
  if (state === "finished")
    return `${name}: version ${version} is in use, ${rewrapped} data keys were wrapped anew, older versions are destroyed.`;
  if (state === "elsewhere") return `${name}: another process is rotating this key.`;
  if (state === "nothing") return `${name}: nothing was to be done.`;
  const why = damaged > 0 ? `${damaged} of them damaged: restore them from a key bundle` : "in use just now";
  return `${name}: version ${version} is in use, and ${left} keys still need the one before (${why}).`;
}

function describeRoot({ state, from, to, wrapped, destroyed, keyFile }: RootRotation): string[] {
  if (state === "elsewhere") return ["Root key: another process is changing it."];
  if (state === "prepared") {
    return [
      `Root key: ${to} lies prepared in ${keyFile}.next-${to}; ${from} is in use.`,
      "Bring copies of that file to where those of the present one are. Then run wardroom keys rotate --root.",
    ];
  }
  const what =
    state === "changed"
      ? `Root key: ${to} is in use instead of ${from}; ${wrapped} workspace keys were wrapped anew.`
      : `Root key: the change to ${to}, which was cut off, is finished.`;
  return [
    what,
    `The key file ${keyFile} holds the new key. Make new copies for escrow NOW: those of the old key do not open what is here.`,
    destroyed.length > 0
      ? "The old key is destroyed on this machine. Its copies in escrow open backups from before, and nothing else: destroy each when no such backup is to be restored any more."
      : "The old key lies beside it until a key bundle is written; Wardroom tries again every hour.",
  ];
}
