import { readFileSync } from "node:fs";

/**
 * How many connections are held, and how fast new ones are taken. All of them are ours: what one process on two cores
 * carries beside its work. `docs/operating.md` has them for people.
 */
export interface ConnectionLimits {
  /** In all; each costs some 150 KB. */
  readonly total: number;
  /** Of those that have proved nothing yet. The longest there makes room for the next one. */
  readonly strangers: number;
  readonly strangersPerNetwork: number;
  /** Handshakes a second, at about 1 ms of a core each: of networks that we do not know, and of one of them. */
  readonly newStrangersPerSecond: number;
  readonly newPerNetworkPerSecond: number;
  /** Of networks that we know, together: a restart brings all of them at once. */
  readonly newKnownPerSecond: number;
  /** Requests on a connection that has proved nothing, before it has to come anew and be counted. */
  readonly requestsOfStranger: number;
  /** Requests on one connection whose answer waits, of a stranger and of who has proved themselves. Hardly anybody pipelines. */
  readonly pipelinedOfStranger: number;
  readonly pipelined: number;
  /** Bytes of strangers in all: of bodies that are not whole yet, and of answers that they do not read. */
  readonly strangersBytes: number;
  /** How long a network stays out, in ms, that made us hold too much or work too much. */
  readonly banMs: number;
}

const LIMITS: ConnectionLimits = {
  total: 2_000,
  strangers: 500,
  strangersPerNetwork: 100,
  newStrangersPerSecond: 100,
  newPerNetworkPerSecond: 20,
  newKnownPerSecond: 500,
  requestsOfStranger: 20,
  pipelinedOfStranger: 2,
  pipelined: 16,
  strangersBytes: 64 * 1024 * 1024,
  banMs: 60_000,
};

/** File handles that are not connections: the database, files, the other sockets. Ours, with room to spare. */
const OTHER_FILES = 300;

/** The limits, lowered where the system gives this process fewer file handles. */
export function connectionLimits(openFiles: number | undefined = findOpenFilesLimit()): ConnectionLimits {
  const total = Math.max(50, Math.min(LIMITS.total, (openFiles ?? Number.POSITIVE_INFINITY) - OTHER_FILES));
  return { ...LIMITS, total, strangers: Math.min(LIMITS.strangers, Math.floor(total / 2)) };
}

/** How many files this process may hold open, where the system says so. */
function findOpenFilesLimit(): number | undefined {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return line === null ? undefined : Number(line[1]);
  } catch {
    return undefined;
  }
}
