import { EventEmitter } from "node:events";
import {
  FAULT_RULE,
  type FaultKind,
  type FaultOf,
  type FaultRule,
  type Operation,
  type ReadFaultRule,
  type UpdateKind,
} from "./fault.ts";
import { FaultSchedule } from "./fault-schedule.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";

/** A rule in force, as it is listed. */
export interface FaultView extends ReadFaultRule {
  readonly id: string;
  /** What it could have struck so far, and what it did. */
  readonly seen: number;
  readonly struck: number;
}

/** What is about to happen, for the rules to look at. `targets` from the nearest to the widest: customer, number, account. */
export interface Occasion {
  readonly targets: readonly string[];
  readonly operation?: Operation;
  readonly update?: UpdateKind;
}

export interface Strike<K extends FaultKind> {
  readonly ruleId: string;
  readonly fault: FaultOf<K>;
  /** The rule's own numbers: the same seed and the same occasions give the same ones. */
  readonly random: SeededRandom;
}

interface Entry {
  readonly id: string;
  readonly rule: ReadFaultRule;
  readonly schedule: FaultSchedule;
  readonly random: SeededRandom;
  readonly timer: NodeJS.Timeout | undefined;
}

/** Calls that a rule bends when it does not say: sending. Files have their own. */
const USUAL_OPERATIONS: readonly Operation[] = ["send"];

/** The faults in force, in memory: a restart behaves again. Never more than a few dozen, so that reading them is cheap. */
export class FaultBook implements Disposable {
  /** Given or drawn at the start: with the same one a round can be had again. */
  readonly seed: string;
  readonly #entries = new Map<string, Entry>();
  readonly #events = new EventEmitter().setMaxListeners(0);
  #made = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** Throws a ZodError on a rule that is not one. */
  add(input: FaultRule): string {
    const rule = FAULT_RULE.parse(input);
    this.#made += 1;
    const id = `fault-${this.#made}`;
    const { forMs } = rule.when ?? {};
    const timer = forMs === undefined ? undefined : setTimeout(() => this.remove(id), forMs).unref();
    const schedule = new FaultSchedule(rule.when ?? {}, seededRandom(`${this.seed}/${id}/when`));
    this.#entries.set(id, { id, rule, schedule, random: seededRandom(`${this.seed}/${id}`), timer });
    this.#events.emit("changed");
    return id;
  }

  remove(id: string): boolean {
    clearTimeout(this.#entries.get(id)?.timer);
    const isKnown = this.#entries.delete(id);
    if (isKnown) this.#events.emit("changed");
    return isKnown;
  }

  /** All of them, or all of one target. */
  clear(target?: string): void {
    for (const { id, rule } of [...this.#entries.values()]) {
      if (target === undefined || rule.target === target) this.remove(id);
    }
  }

  find(id: string): FaultView | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined || entry.schedule.isOver ? undefined : viewOf(entry);
  }

  /** Those that are over are listed until they are removed: their counts are of interest then. */
  list(): FaultView[] {
    return [...this.#entries.values()].map(viewOf);
  }

  /** Whether a rule of this kind could still strike somebody: for what has to be prepared beforehand. */
  isArmed(kind: FaultKind): boolean {
    return [...this.#entries.values()].some(
      ({ rule, schedule }) => rule.fault.kind === kind && !schedule.isOver,
    );
  }

  /** The first fault that strikes: the nearest target's before wider ones', the newest before older ones. */
  take<K extends FaultKind>(kinds: readonly K[], occasion: Occasion): Strike<K> | undefined {
    if (this.#entries.size === 0) return undefined;
    return this.#matching(kinds, occasion).find(({ schedule }) => schedule.strikes()) as
      | Strike<K>
      | undefined;
  }

  /** All faults that strike, the oldest first. */
  takeAll<K extends FaultKind>(kinds: readonly K[], occasion: Occasion): Strike<K>[] {
    if (this.#entries.size === 0) return [];
    return this.#matching(kinds, occasion)
      .filter(({ schedule }) => schedule.strikes())
      .toReversed();
  }

  onChange(listener: () => void): void {
    this.#events.on("changed", listener);
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
    this.#events.removeAllListeners();
  }

  #matching<K extends FaultKind>(kinds: readonly K[], occasion: Occasion) {
    const { targets } = occasion;
    const isMeant = ({ rule }: Entry) =>
      (kinds as readonly FaultKind[]).includes(rule.fault.kind) &&
      (rule.target === undefined || targets.includes(rule.target)) &&
      (occasion.operation === undefined ||
        (rule.operations ?? USUAL_OPERATIONS).includes(occasion.operation)) &&
      (occasion.update === undefined || (rule.updates?.includes(occasion.update) ?? true));
    const distance = ({ rule }: Entry) =>
      rule.target === undefined ? targets.length : targets.indexOf(rule.target);
    return [...this.#entries.values()]
      .filter(isMeant)
      .toReversed()
      .toSorted((a, b) => distance(a) - distance(b))
      .map(({ id, rule, schedule, random }) => ({
        ...{ ruleId: id, schedule, random },
        fault: rule.fault as FaultOf<K>,
      }));
  }
}

function viewOf({ id, rule, schedule }: Entry): FaultView {
  return { id, ...rule, seen: schedule.seen, struck: schedule.struck };
}
