/** Calls of Wardroom that a plan may bend. */
export type Operation =
  | "send"
  | "mark_read"
  | "media_upload"
  | "media_info"
  | "media_download"
  | "templates"
  | "account";

/**
 * How the simulator answers. `refuse`: an error in Meta's form. `fail`: accepted, then a failed status. `no_answer`: the
 * connection stays open and silent. `server_error`: a bare 5xx. With `accepted`, the last two still let the message out:
 * the answer was lost, not the message.
 */
export type Answer =
  | { readonly kind: "deliver" }
  | { readonly kind: "refuse"; readonly code: number; readonly httpStatus?: number }
  | { readonly kind: "fail"; readonly code: number }
  | { readonly kind: "no_answer"; readonly accepted: boolean }
  | { readonly kind: "server_error"; readonly httpStatus: number; readonly accepted: boolean };

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

const DELIVER: Answer = { kind: "deliver" };

/** The plans in force, by number or customer; the customer's goes first. In memory: a restart delivers normally again. */
export class Behaviours {
  readonly #plans = new Map<string, BehaviourPlan>();

  set(targetId: string, plan: BehaviourPlan): void {
    this.#plans.set(targetId, plan);
  }

  find(targetId: string): BehaviourPlan | undefined {
    return this.#plans.get(targetId);
  }

  /** The answer for this call, counting it when it is bent. `targetIds` in order of precedence. */
  takeAnswer(operation: Operation, targetIds: readonly string[]): Answer {
    for (const targetId of targetIds) {
      const plan = this.#plans.get(targetId);
      if (plan?.answer === undefined || !(plan.operations ?? ["send"]).includes(operation)) continue;
      if (plan.answer.kind === "deliver") continue;
      this.#count(targetId, plan);
      return plan.answer;
    }
    return DELIVER;
  }

  delaysFor(targetIds: readonly string[], usual: Delays): Delays {
    return Object.assign(
      { ...usual },
      ...targetIds.toReversed().map((targetId) => this.#plans.get(targetId)?.delays),
    );
  }

  #count(targetId: string, plan: BehaviourPlan): void {
    if (plan.times === undefined) return;
    if (plan.times > 1) this.#plans.set(targetId, { ...plan, times: plan.times - 1 });
    else this.#plans.set(targetId, { ...(plan.delays === undefined ? {} : { delays: plan.delays }) });
  }
}
