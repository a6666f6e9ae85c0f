import type { AnswerFault, FaultRule, Operation } from "./faults/fault.ts";
import type { FaultBook } from "./faults/fault-book.ts";

export type { Operation } from "./faults/fault.ts";

/** How the simulator answers. With `accepted` the message is out all the same: the answer was lost, not the message. */
export type Answer = { readonly kind: "deliver" } | AnswerOf<FaultRule["fault"]>;
type AnswerOf<F> = F extends { kind: AnswerFault["kind"] } ? Readonly<F> : never;

export interface Delays {
  readonly sentMs: number;
  readonly deliveredMs: number;
  readonly readMs: number;
}

export interface BehaviourPlan {
  readonly answer?: Answer;
  /** Calls that this answer bends; sending only, unless told. */
  readonly operations?: readonly Operation[];
  /** After so many bent calls the answer is `deliver` again; for ever unless told. */
  readonly times?: number;
  readonly delays?: Partial<Delays>;
}

/**
 * The plan in force of each number and customer; a new one replaces the old one. The answer is a fault like any other,
 * beside those that are switched on one by one. In memory: a restart delivers normally again.
 */
export class Behaviours {
  readonly #faults: FaultBook;
  readonly #plans = new Map<string, { readonly plan: BehaviourPlan; readonly faultId: string | undefined }>();

  constructor(faults: FaultBook) {
    this.#faults = faults;
  }

  set(targetId: string, plan: BehaviourPlan): void {
    const before = this.#plans.get(targetId)?.faultId;
    if (before !== undefined) this.#faults.remove(before);
    this.#plans.set(targetId, { plan, faultId: this.#arm(targetId, plan) });
  }

  find(targetId: string): BehaviourPlan | undefined {
    const known = this.#plans.get(targetId);
    if (known === undefined) return undefined;
    const isOver = known.faultId === undefined || this.#faults.find(known.faultId) === undefined;
    if (!isOver) return known.plan;
    return known.plan.delays === undefined ? {} : { delays: known.plan.delays };
  }

  delaysFor(targetIds: readonly string[], usual: Delays): Delays {
    return Object.assign(
      { ...usual },
      ...targetIds.toReversed().map((targetId) => this.#plans.get(targetId)?.plan.delays),
    );
  }

  #arm(targetId: string, { answer, operations, times }: BehaviourPlan): string | undefined {
    if (answer === undefined || answer.kind === "deliver") return undefined;
    return this.#faults.add({
      target: targetId,
      fault: answer,
      ...(operations === undefined ? {} : { operations: [...operations] }),
      ...(times === undefined ? {} : { when: { times } }),
    });
  }
}
