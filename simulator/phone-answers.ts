import type { BehaviourPlan } from "./behaviour.ts";

/** The choices on the phone page: what happens to the next message to this customer. Faults happen once. */
export const PHONE_ANSWERS = {
  deliver: {},
  window_closed: { answer: { kind: "refuse", code: 131047 }, times: 1 },
  undeliverable: { answer: { kind: "fail", code: 131026 }, times: 1 },
  throttled: { answer: { kind: "refuse", code: 130429 }, times: 1 },
  answer_lost: { answer: { kind: "no_answer", accepted: true }, times: 1 },
  no_answer: { answer: { kind: "no_answer", accepted: false }, times: 1 },
} as const satisfies Record<string, BehaviourPlan>;

export type PhoneAnswer = keyof typeof PHONE_ANSWERS;

/** Which choice is in force; a plan set by a program counts as its nearest kin. */
export function phoneAnswerOf(plan: BehaviourPlan | undefined): PhoneAnswer {
  const names = Object.keys(PHONE_ANSWERS) as PhoneAnswer[];
  const wanted = JSON.stringify(plan?.answer);
  return (
    names.find((name) => {
      const candidate: BehaviourPlan = PHONE_ANSWERS[name];
      return JSON.stringify(candidate.answer) === wanted;
    }) ?? "deliver"
  );
}
