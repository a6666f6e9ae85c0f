import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What V8 writes with `--cpu-prof`, as far as we read it: a tree of frames, and the frame of each sample. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Since the sample before, in us. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

const TOP = 15;
const ROOT = new URL("../..", import.meta.url).href;

/** Where the threads of a process spent their processor time: of each profile in `folder` a table in words. */
export function summariseProfiles(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".cpuprofile"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile)
    .map((profile, n) => `Thread ${n + 1}\n${summarise(profile)}`)
    .join("\n\n");
}

function summarise(profile: CpuProfile): string {
  const stacks = new Stacks(profile);
  let busyUs = 0;
  const doing = new Tally();
  const rooms = new Tally();
  const functions = new Tally();
  for (const [n, id] of profile.samples.entries()) {
    const us = profile.timeDeltas[n] ?? 0;
    const [frame, ...callers] = stacks.of(id);
    if (frame === undefined || frame.functionName === "(idle)") continue;
    busyUs += us;
    doing.add(placeOf(frame), us);
    functions.add(`${frame.functionName || "(anonymous)"} ${fileOf(frame.url)}`, us);
    rooms.add([frame, ...callers].map(({ url }) => roomOf(url)).find(Boolean) ?? "none of ours", us);
  }
  return [
    `busy for ${(busyUs / 1e6).toFixed(1)} s`,
    `what it was doing:\n${doing.list(busyUs)}`,
    `for which room (the nearest of ours on the stack):\n${rooms.list(busyUs)}`,
    `functions, themselves:\n${functions.list(busyUs)}`,
  ].join("\n");
}

/** The frames of each node, from itself up to the root. */
class Stacks {
  readonly #nodes: ReadonlyMap<number, ProfileNode>;
  readonly #parents = new Map<number, number>();
  readonly #known = new Map<number, readonly CallFrame[]>();

  constructor({ nodes }: CpuProfile) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const { id, children } of nodes) for (const child of children ?? []) this.#parents.set(child, id);
  }

  of(id: number): readonly CallFrame[] {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const node = this.#nodes.get(id);
    const parent = this.#parents.get(id);
    const stack =
      node === undefined ? [] : [node.callFrame, ...(parent === undefined ? [] : this.of(parent))];
    this.#known.set(id, stack);
    return stack;
  }
}

class Tally {
  readonly #sums = new Map<string, number>();

  add(name: string, us: number): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + us);
  }

  list(wholeUs: number): string {
    return [...this.#sums]
      .sort(([, a], [, b]) => b - a)
      .slice(0, TOP)
      .map(([name, us]) => `  ${((us / wholeUs) * 100).toFixed(1).padStart(5)} %  ${name}`)
      .join("\n");
  }
}

/** `server/inbox`, `package pg`, `node:tls`, or what V8 calls its own work. */
function placeOf({ url, functionName }: CallFrame): string {
  if (url === "") return functionName.startsWith("(") ? functionName : "Node, native";
  return roomOf(url) ?? fileOf(url);
}

/** The folder of ours, two levels deep; undefined for a package's or Node's own code. */
function roomOf(url: string): string | undefined {
  if (!url.startsWith(ROOT) || url.includes("/node_modules/")) return undefined;
  return url.slice(ROOT.length).split("/").slice(0, -1).slice(0, 2).join("/");
}

function fileOf(url: string): string {
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (name !== undefined) return `package ${name}`;
  return url.startsWith(ROOT) ? url.slice(ROOT.length) : url;
}
