/** How long a network is known after its last proof, in ms, and how many are. Ours. */
const KNOWN_MS = 60 * 60 * 1000;
const MAX_KNOWN = 10_000;

/** Networks from which somebody has proved themselves a while ago: they come in while a flood is at the door. */
export class KnownNetworks {
  readonly #until = new Map<string, number>();

  note(network: string, nowMs: number): void {
    this.#until.delete(network);
    this.#until.set(network, nowMs + KNOWN_MS);
    const oldest = this.#until.keys().next();
    if (this.#until.size > MAX_KNOWN && !oldest.done) this.#until.delete(oldest.value);
  }

  has(network: string, nowMs: number): boolean {
    return (this.#until.get(network) ?? 0) > nowMs;
  }
}
