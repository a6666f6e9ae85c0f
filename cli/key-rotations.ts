import { z } from "zod";
import {
  listKeyHolders,
  prepareRootKey,
  type RootRotation,
  rotateRootKey,
  rotateWorkspaceKeys,
} from "../server/compose/rotate-keys.ts";
import type { Wardroom } from "../server/compose.ts";
import type { WorkspaceId } from "../server/platform/ids.ts";
import type { Logger } from "../server/platform/log.ts";
import { Refusal } from "../server/platform/refusal.ts";
import type { WorkspaceRotation } from "../server/vault/rotation/rotation-request.ts";

export const rotateInput = z.strictObject({
  /** One of them, every one with the installation's own, or none. */
  workspaces: z.union([z.uuid(), z.literal("all"), z.literal("none")]),
  root: z.enum(["change", "prepare", "leave"]),
});

export type RotateInput = z.output<typeof rotateInput>;

export interface KeysRotated {
  readonly workspaces: readonly WorkspaceRotation[];
  readonly root: RootRotation | null;
}

export type RotationReport =
  | { readonly state: "none" }
  | { readonly state: "running" }
  | { readonly state: "done"; readonly result: KeysRotated }
  | { readonly state: "failed"; readonly code: string };

/**
 * The rotation that somebody at the command line asked this server for. It may take longer than a command waits for its
 * answer: it is started, then asked after, and goes on when the person leaves.
 */
export class KeyRotations implements AsyncDisposable {
  readonly #wardroom: Pick<Wardroom, "foundation" | "rooms">;
  readonly #log: Logger;
  readonly #ended = new AbortController();
  #report: RotationReport = { state: "none" };
  #running: Promise<void> = Promise.resolve();

  constructor(wardroom: Pick<Wardroom, "foundation" | "rooms">, log: Logger) {
    this.#wardroom = wardroom;
    this.#log = log;
  }

  get report(): RotationReport {
    return this.#report;
  }

  /** Refuses with `vault.rotation_running` and `vault.no_such_workspace`. */
  async start(input: RotateInput): Promise<void> {
    const workspaceIds = await this.#listWanted(input.workspaces);
    if (this.#report.state === "running" || this.#ended.signal.aborted)
      throw new Refusal("conflict", "vault.rotation_running");
    this.#report = { state: "running" };
    this.#running = this.#rotate(workspaceIds, input.root).then(
      (result) => {
        this.#report = { state: "done", result };
      },
      (error: unknown) => {
        const code = error instanceof Refusal ? error.code : "platform.internal";
        this.#log.error({ err: error }, "a key rotation failed; the next one goes on from there");
        this.#report = { state: "failed", code };
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  async #listWanted(wanted: RotateInput["workspaces"]): Promise<WorkspaceId[]> {
    if (wanted === "none") return [];
    const all = await listKeyHolders(this.#wardroom.foundation);
    if (wanted === "all") return all;
    const [found] = all.filter((id) => id === wanted);
    if (found === undefined) throw new Refusal("not_found", "vault.no_such_workspace");
    return [found];
  }

  /** The root key first: the versions that come after it are wrapped once. */
  async #rotate(workspaceIds: readonly WorkspaceId[], wish: RotateInput["root"]): Promise<KeysRotated> {
    const { foundation, rooms } = this.#wardroom;
    const options = { foundation, clock: rooms.inbox.clock, actor: "operator", ended: this.#ended.signal };
    const root =
      wish === "leave" ? null : await (wish === "change" ? rotateRootKey(options) : prepareRootKey(options));
    return { root, workspaces: await rotateWorkspaceKeys(options, { workspaceIds, wish: "now" }) };
  }
}
