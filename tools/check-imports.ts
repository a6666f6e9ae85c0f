import { findCycles } from "./find-cycles.ts";

/**
 * The map of the server. A room may import itself and the rooms before it in this list, never one after it.
 */
const ROOMS: readonly string[] = [
  "platform",
  "audit",
  "vault",
  "mail",
  "identity",
  "access",
  "privacy",
  "detection",
  "whatsapp",
  "inbox",
  "gateway",
  "response",
  "assurance",
  "config",
  "jobs",
  "contract", // beside server/, shared with the console
  "http",
  "simulator", // beside server/, started by who composes
  "compose",
  "cli", // beside server/: starts it, and asks its rooms where it does not run
];

/** Files of server/ that stand above every room. */
const ABOVE_THE_ROOMS: readonly string[] = ["server/compose.ts", "server/main.ts"];

/** What stands apart, and what it may import beside itself. */
const APART: ReadonlyMap<string, readonly string[]> = new Map([
  ["contract", []], // the console bundles it: nothing of the server may come along
  ["console", ["contract"]],
  ["simulator", []], // the other side of the wire: sharing our mistakes, it could not find them
]);

/** What is not shipped may look at everything, and nothing that is shipped may look at it. */
const NOT_SHIPPED: readonly string[] = ["tests", "tools", "bench"];

/** Tests lie beside the code, and now and then something that only they use. */
const TEST_FILE = /\.test(?:-support)?\.tsx?$/;

export interface SourceFile {
  /** Path below the project folder, with forward slashes: "server/inbox/conversation.ts". */
  readonly path: string;
  readonly text: string;
}

/** Static imports and exports, of types as well, and dynamic ones with a plain text in them. */
const IMPORT = /(?:^(?:import|export)\s(?:[^;"']*?\sfrom\s+)?|\bimport\()\s*["'](\.[^"']+)["']/gm;

/** Every import against the map and every cycle of files, as sentences. */
export function findForbiddenImports(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, importsOf(file)]));
  const shipped = [...imports].filter(([path]) => isShipped(path));
  return [
    ...shipped.flatMap(([path, targets]) => targets.flatMap((target) => faultOf(path, target))),
    ...findCycles(imports).map((cycle) => `these files import each other: ${cycle.join(", ")}`),
  ];
}

export function isShipped(path: string): boolean {
  return !TEST_FILE.test(path) && !NOT_SHIPPED.includes(roomOf(path));
}

function importsOf({ path, text }: SourceFile): string[] {
  const targets = [...text.matchAll(IMPORT)].map(([, specifier = ""]) =>
    decodeURIComponent(new URL(specifier, `file:///${path}`).pathname.slice(1)),
  );
  return [...new Set(targets)];
}

function faultOf(path: string, target: string): string[] {
  const [from, to] = [roomOf(path), roomOf(target)];
  if (!isShipped(target)) return [`${path}: ${target} is never shipped`];
  if (from === to) return [];
  if (!mayImport(from, to)) return [`${path}: ${from} may not import ${to} (${target})`];
  if (target.includes("/internal/")) return [`${path}: ${target} is internal to ${to}`];
  return [];
}

function mayImport(from: string, to: string): boolean {
  const allowed = APART.get(from);
  if (allowed !== undefined) return allowed.includes(to);
  return rankOf(to) < rankOf(from);
}

/** "inbox" for server/inbox/..., otherwise the folder below the project's. */
export function roomOf(path: string): string {
  if (ABOVE_THE_ROOMS.includes(path)) return "compose";
  const [top = "", room = ""] = path.split("/");
  return top === "server" ? room : top;
}

function rankOf(room: string): number {
  const rank = ROOMS.indexOf(room);
  if (rank === -1 && !APART.has(room)) {
    throw new Error(`"${room}" is not on the map; add it to ROOMS in tools/check-imports.ts`);
  }
  // The console is above everything: nobody imports it.
  return rank === -1 ? ROOMS.length : rank;
}
