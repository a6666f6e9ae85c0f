import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  KEYS_AT,
  KEYS_PLACE,
  type KeyHouse,
  keyHouse,
  keySubject,
} from "../../../tests/support/key-house.ts";
import { killBeforeStatement } from "../../../tests/support/kill-before-statement.ts";
import { rounds } from "../../../tests/support/rounds.ts";
import { acquireLease } from "../../platform/lease.ts";
import { openVault } from "../open-vault.ts";
import { LocalRootKey } from "../root-key.ts";
import type { KeySubject, Vault } from "../vault.ts";

type Step =
  | { readonly act: "seal"; readonly by: number; readonly subject: number }
  | { readonly act: "erase"; readonly by: number; readonly subject: number }
  | { readonly act: "rotate"; readonly by: number; readonly diesBefore: number }
  | { readonly act: "change root"; readonly by: number; readonly diesBefore: number }
  | { readonly act: "start anew"; readonly by: number };

const by = fc.integer({ min: 0, max: 1 });
const subject = fc.integer({ min: 0, max: 5 });
/** Most are cut off somewhere; a whole one has fewer statements than the highest. */
const diesBefore = fc.integer({ min: 1, max: 60 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant("seal" as const), by, subject }) },
  fc.record({ act: fc.constant("erase" as const), by, subject }),
  { weight: 3, arbitrary: fc.record({ act: fc.constant("rotate" as const), by, diesBefore }) },
  fc.record({ act: fc.constant("change root" as const), by, diesBefore }),
  fc.record({ act: fc.constant("start anew" as const), by }),
);

/** Two processes on one database, whose root keys lie in one place; what was sealed, and who was erased. */
class Model {
  readonly #it: KeyHouse;
  readonly #roots: Buffer[];
  readonly #subjects = Array.from({ length: 6 }, () => keySubject());
  readonly #sealed: Array<{ readonly subject: number; readonly value: Buffer }> = [];
  readonly #erased = new Set<number>();
  readonly #processes: Vault[] = [];

  constructor(it: KeyHouse) {
    this.#it = it;
    this.#roots = [it.root];
  }

  async run(steps: readonly Step[]): Promise<void> {
    this.#processes.push(await this.#start(), await this.#start());
    for (const each of steps) {
      await this.#do(each);
      await this.#check();
    }
    const done = await this.#process(0).rotateWorkspaceKey(this.#it.workspaceId, this.#it.rotation);
    assert.equal(done.state, "finished");
    const { living, used } = await this.#it.state();
    assert.deepEqual(living, [done.version]);
    assert.deepEqual(used, living);
    await this.#check();
  }

  async #do(step: Step): Promise<void> {
    if (step.act === "start anew") this.#processes[step.by] = await this.#start();
    else if (step.act === "seal") await this.#seal(step);
    else if (step.act === "erase") await this.#erase(step);
    else await this.#cutOff(step);
  }

  async #seal({ by, subject }: { by: number; subject: number }): Promise<void> {
    const key = this.#subjects[subject] as KeySubject;
    const workspace = await this.#process(by).openWorkspace(this.#it.workspaceId);
    const sealing = this.#it.within((tx) => workspace.keysFor(tx, [key]));
    if (this.#erased.has(subject)) return void (await assert.rejects(sealing, /destroyed/));
    this.#sealed.push({ subject, value: (await sealing).seal(key, KEYS_PLACE, `of ${subject}`) });
  }

  async #erase({ by, subject }: { by: number; subject: number }): Promise<void> {
    const workspace = await this.#process(by).openWorkspace(this.#it.workspaceId);
    const { subjectId } = this.#subjects[subject] as KeySubject;
    const count = await this.#it.within((tx) => workspace.destroyKeys(tx, [subjectId], KEYS_AT));
    if (count > 0) this.#erased.add(subject);
  }

  /** A process of its own, that is killed in the middle or comes to the end. */
  async #cutOff({ act, diesBefore }: { act: "rotate" | "change root"; diesBefore: number }): Promise<void> {
    const cut = killBeforeStatement(diesBefore);
    const db = this.#it.database.db.withPlugin(cut.plugin);
    await using vault = await this.#start(db);
    const lease = await acquireLease(this.#it.database.db, { name: "keys:root", seconds: 0 });
    const bytes = randomBytes(32);
    this.#roots.push(bytes); // on disk, before anybody hears of it
    cut.arm();
    const work =
      act === "rotate"
        ? vault.rotateWorkspaceKey(this.#it.workspaceId, { ...this.#it.rotation, leaseSeconds: 0 })
        : vault.changeRootKey({
            ...{ next: new LocalRootKey("file", bytes), lease: lease! },
            ...{ audit: this.#it.audit, now: KEYS_AT, actor: "operator" },
            listWorkspaceIds: async () => [this.#it.workspaceId],
          });
    await work.catch((error: unknown) => {
      if (!cut.isDead()) throw error;
    });
  }

  /** Never more than two versions; in every process, and in one that starts now, what is not erased opens. */
  async #check(): Promise<void> {
    const { living, used } = await this.#it.state();
    assert.ok(living.length === 1 || living.length === 2);
    assert.ok(used.every((version) => living.includes(version)));
    await using fresh = await this.#start();
    for (const vault of [...this.#processes, fresh]) {
      const workspace = await vault.openWorkspace(this.#it.workspaceId);
      const keys = await this.#it.within((tx) =>
        workspace.keysOf(
          tx,
          this.#sealed.map(({ value }) => value),
        ),
      );
      for (const { subject, value } of this.#sealed) {
        if (!this.#erased.has(subject)) assert.equal(keys.openText(KEYS_PLACE, value), `of ${subject}`);
        // Another process may have it in memory still; nobody who starts now can have it.
        else if (vault === fresh) assert.equal(keys.canOpen(value), false);
      }
    }
  }

  #process(by: number): Vault {
    const vault = this.#processes[by];
    if (vault === undefined) throw new Error("no such process");
    return vault;
  }

  #start(db = this.#it.database.db): Promise<Vault> {
    return openVault(db, async (_start, wanted) => {
      for (const bytes of this.#roots) {
        const root = new LocalRootKey("file", bytes);
        if (wanted === undefined || (await root.id()) === wanted) return root;
      }
      throw new Error("no such root key");
    });
  }
}

test("whatever two processes seal, erase, rotate and break off, what was not erased opens everywhere", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      await using it = await keyHouse();
      await new Model(it).run(steps);
    }),
    { numRuns: rounds({ short: 6, whole: 300 }), endOnFailure: true },
  );
});
