import type { ConnectionLimits } from "./connection-limits.ts";

/** Counts new connections by the second. What is over is turned away before it has cost a handshake. */
export class DoorRate {
  readonly #limits: ConnectionLimits;
  readonly #networks = new Map<string, number>();
  #second = 0;
  #known = 0;
  #strangers = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Whether one more may come at `nowMs`, a time of the stopwatch; it is counted if so. */
  admit(network: string, who: "known" | "stranger", nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#networks.clear();
      this.#known = 0;
      this.#strangers = 0;
    }
    if (who === "known") {
      this.#known += 1;
      return this.#known <= this.#limits.newKnownPerSecond;
    }
    const ofNetwork = (this.#networks.get(network) ?? 0) + 1;
    if (ofNetwork > this.#limits.newPerNetworkPerSecond) return false;
    if (this.#strangers >= this.#limits.newStrangersPerSecond) return false;
    this.#networks.set(network, ofNetwork);
    this.#strangers += 1;
    return true;
  }
}
