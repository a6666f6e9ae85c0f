import { EventEmitter, once } from "node:events";

/** Tells open phone pages, and whoever waits for quiet, that something moved. Carries no content. */
export class PhoneFeed {
  readonly #events = new EventEmitter({ captureRejections: false }).setMaxListeners(0);

  changed(): void {
    this.#events.emit("changed");
  }

  listen(listener: () => void): () => void {
    this.#events.on("changed", listener);
    return () => this.#events.off("changed", listener);
  }

  async nextChange(): Promise<void> {
    await once(this.#events, "changed");
  }
}
