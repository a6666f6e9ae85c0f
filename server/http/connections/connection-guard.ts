import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { networkOf } from "../../identity/network.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { DoorRate } from "./door-rate.ts";
import { RememberedNetworks } from "./remembered-networks.ts";

/** Why a connection was not taken, or was ended by us. */
export type Ending =
  | "rate" // too many new ones
  | "network" // too many of one network
  | "banned" // of a network that made too much of itself a moment ago
  | "full" // no room, and nobody who could make some
  | "made_room" // a stranger who was there longest
  | "bytes" // strangers' bodies, and answers that they do not read, were too much to hold
  | "pipelined"; // too many requests at once

/** How long a network is known after its last proof, in ms. Ours: a break between two shifts. */
const KNOWN_MS = 60 * 60 * 1000;

/** One connection that we hold. */
export interface Held {
  readonly socket: Socket;
  readonly network: string;
  /** From a network whose size says nothing: a proxy that we trust, or this machine. */
  readonly shared: boolean;
  proven: boolean;
  requests: number;
  /** Requests whose answer has not ended, with it. */
  readonly underWay: Map<IncomingMessage, ServerResponse>;
  /** Bytes that had come when the request under way began. */
  readBefore: number;
}

interface GuardOptions {
  readonly limits: ConnectionLimits;
  /** Whether many different clients come from this address: a trusted proxy, this machine. */
  readonly isShared: (address: string) => boolean;
  readonly onEnding: (ending: Ending) => void;
}

/**
 * Who may come in and who goes when there is no room: of those who have proved nothing the one who is there longest,
 * unless we are working on their request. Whoever has proved themselves stays; so a crowd of strangers costs other
 * strangers their place, and honest ones nothing.
 */
export class ConnectionGuard {
  readonly #options: GuardOptions;
  readonly #rate: DoorRate;
  readonly #known = new RememberedNetworks(KNOWN_MS);
  readonly #banned: RememberedNetworks;
  /** In order of arrival. */
  readonly #strangers = new Set<Held>();
  readonly #perNetwork = new Map<string, number>();
  #open = 0;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#rate = new DoorRate(options.limits);
    this.#banned = new RememberedNetworks(options.limits.banMs);
  }

  get open(): number {
    return this.#open;
  }

  get strangers(): number {
    return this.#strangers.size;
  }

  /** Takes the connection, or ends it: before a handshake, and with a reset, so that nothing of it stays. */
  admit(socket: Socket, nowMs: number): Held | undefined {
    const address = socket.remoteAddress ?? "";
    const network = networkOf(address);
    const shared = this.#options.isShared(address);
    const refusal = this.#refusalOf(network, shared, nowMs);
    if (refusal !== undefined) {
      this.#options.onEnding(refusal);
      socket.resetAndDestroy();
      return undefined;
    }
    const held: Held = {
      ...{ socket, network, shared, proven: false, requests: 0, readBefore: 0 },
      underWay: new Map(),
    };
    this.#open += 1;
    this.#strangers.add(held);
    this.#perNetwork.set(network, (this.#perNetwork.get(network) ?? 0) + 1);
    socket.once("close", () => {
      this.#open -= 1;
      this.#leaveStrangers(held);
    });
    return held;
  }

  /** It spoke for somebody whom we know. */
  prove(held: Held, nowMs: number): void {
    if (!held.shared) this.#known.note(held.network, nowMs);
    held.proven = true;
    this.#leaveStrangers(held);
  }

  end(held: Held, ending: Exclude<Ending, "rate" | "network" | "full" | "banned">): void {
    this.#options.onEnding(ending);
    if (ending !== "made_room" && !held.shared) this.#banned.note(held.network, performance.now());
    this.#leaveStrangers(held);
    held.socket.resetAndDestroy();
  }

  /** Ends strangers with the most bytes until what is left of them is small enough to hold. */
  shedBytes(): void {
    const bodies = [...this.#strangers]
      .map((held) => ({ held, bytes: bytesOf(held) }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes);
    let sum = bodies.reduce((total, { bytes }) => total + bytes, 0);
    for (const { held, bytes } of bodies) {
      if (sum <= this.#options.limits.strangersBytes) return;
      sum -= bytes;
      this.end(held, "bytes");
    }
  }

  #refusalOf(network: string, shared: boolean, nowMs: number): Ending | undefined {
    const { limits } = this.#options;
    const who = shared || this.#known.has(network, nowMs) ? "known" : "stranger";
    if (who === "stranger" && this.#banned.has(network, nowMs)) return "banned";
    if (!this.#rate.admit(network, who, nowMs)) return "rate";
    if (who === "stranger" && (this.#perNetwork.get(network) ?? 0) >= limits.strangersPerNetwork)
      return "network";
    const isFull = this.#strangers.size >= limits.strangers || this.#open >= limits.total;
    return isFull && !this.#makeRoom() ? "full" : undefined;
  }

  #makeRoom(): boolean {
    for (const held of this.#strangers) {
      if (isWorkedOn(held)) continue;
      this.end(held, "made_room");
      return true;
    }
    return false;
  }

  #leaveStrangers(held: Held): void {
    if (!this.#strangers.delete(held)) return;
    const left = (this.#perNetwork.get(held.network) ?? 1) - 1;
    if (left === 0) this.#perNetwork.delete(held.network);
    else this.#perNetwork.set(held.network, left);
  }
}

/** A request is whole, and its client waits for us. */
function isWorkedOn({ underWay }: Held): boolean {
  for (const request of underWay.keys()) if (request.complete) return true;
  return false;
}

/** What has come of a body that is not whole, and what waits to be read of answers. */
function bytesOf({ underWay, socket, readBefore }: Held): number {
  let bytes = 0;
  for (const [request, response] of underWay) {
    if (!request.complete) bytes += socket.bytesRead - readBefore;
    bytes += response.writableLength;
  }
  return bytes;
}
