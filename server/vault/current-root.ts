import type { RootKeyProvider } from "./root-key.ts";

/** Opens the root key that the database names, where it is another one than `id`; undefined when it is the same. */
export type ReopenRoot = (id: string) => Promise<RootKeyProvider | undefined>;

/**
 * The root key of a running process. Another process may change it: what does not open with the one at hand is tried
 * with the one that the database names by then, if its key file is within reach.
 */
export class CurrentRoot implements RootKeyProvider {
  #root: RootKeyProvider;
  readonly #reopen: ReopenRoot;
  #renewing: Promise<void> | undefined;

  constructor(root: RootKeyProvider, reopen: ReopenRoot) {
    this.#root = root;
    this.#reopen = reopen;
  }

  get provider(): string {
    return this.#root.provider;
  }

  id(): Promise<string> {
    return this.#root.id();
  }

  wrap(plain: Buffer, associated: Buffer): Promise<Buffer> {
    return this.#root.wrap(plain, associated);
  }

  async unwrap(wrapped: Buffer, associated: Buffer): Promise<Buffer> {
    const root = this.#root;
    try {
      return await root.unwrap(wrapped, associated);
    } catch (error) {
      await this.renew();
      if (this.#root === root) throw error;
      return this.#root.unwrap(wrapped, associated);
    }
  }

  derive(label: string): Promise<Buffer> {
    return this.#root.derive(label);
  }

  /** One look at the database for all that ask at once. A new key that is not within reach changes nothing. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  adopt(root: RootKeyProvider): void {
    this.#root = root;
  }

  async #renew(): Promise<void> {
    const root = this.#root;
    const next = await this.#reopen(await root.id());
    if (next !== undefined && this.#root === root) this.#root = next;
  }
}
