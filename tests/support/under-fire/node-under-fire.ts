import { Child, nodeMemoryMb } from "../../../bench/support/child.ts";
import type { ServerOrder, ServerReport } from "./server.ts";

/** One Wardroom as a process, to be killed and started again on its folder and its port. */
export class NodeUnderFire implements AsyncDisposable {
  readonly port: number;
  readonly dataFolder: string;
  /** PEM. */
  readonly authority: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: Child<ServerOrder, ServerReport> | undefined;
  #appUrl = "";
  /** The most memory it was seen with, in MB. */
  peakMb = 0;
  readonly #watch: NodeJS.Timeout;

  constructor(settings: {
    readonly port: number;
    readonly dataFolder: string;
    readonly authority: string;
    readonly environment: Readonly<Record<string, string>>;
  }) {
    this.port = settings.port;
    this.dataFolder = settings.dataFolder;
    this.authority = settings.authority;
    this.#environment = settings.environment;
    this.#watch = setInterval(() => this.#weigh(), 500);
  }

  /** The application's address of the database. */
  get appUrl(): string {
    return this.#appUrl;
  }

  /** Starts it; `ready` resolves when it serves, or rejects when it ends before. */
  start(): { readonly ready: Promise<void> } {
    const child = new Child<ServerOrder, ServerReport>(
      "../../tests/support/under-fire/server.ts",
      this.#environment,
    );
    this.#child = child;
    const ready = child.hear("ready").then(({ appUrl }) => {
      this.#appUrl = appUrl;
    });
    return { ready };
  }

  async ask<Kind extends ServerReport["kind"]>(
    order: ServerOrder,
    kind: Kind,
  ): Promise<Extract<ServerReport, { readonly kind: Kind }>> {
    if (this.#child === undefined) throw new Error("the node does not run");
    this.#child.tell(order);
    return this.#child.hear(kind);
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
    this.#child = undefined;
  }

  async stop(): Promise<void> {
    this.#child?.tell({ kind: "stop" });
    await this.#child?.ended();
    this.#child = undefined;
  }

  /** Another process on the same folder, whose memory is counted from its start on. */
  async restart(): Promise<void> {
    await this.stop();
    this.peakMb = 0;
    await this.start().ready;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch);
    await this.kill();
  }

  /** What its Node processes hold now, in MB; 0 while it does not run. */
  get memoryMb(): number {
    return this.#child === undefined ? 0 : nodeMemoryMb(this.#child.pid);
  }

  #weigh(): void {
    this.peakMb = Math.max(this.peakMb, this.memoryMb);
  }
}
