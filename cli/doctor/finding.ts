import { z } from "zod";
import { StartFault } from "../../server/platform/start-fault.ts";

/** One thing that `wardroom doctor` looked at. */
export const finding = z.strictObject({
  /** "database", "number 018f...": stable, for scripts. */
  check: z.string(),
  state: z.enum(["ok", "attention", "failing"]),
  sentence: z.string(),
  /** What to do, in one sentence; null where nothing is to be done. */
  fix: z.string().nullable(),
});
export type Finding = z.output<typeof finding>;

export function ok(check: string, sentence: string): Finding {
  return { check, state: "ok", sentence, fix: null };
}

export function attention(check: string, sentence: string, fix: string): Finding {
  return { check, state: "attention", sentence, fix };
}

export function failing(check: string, sentence: string, fix: string): Finding {
  return { check, state: "failing", sentence, fix };
}

/** What `look` finds; a fault that would keep Wardroom from starting is a finding as well. */
export async function lookAt(check: string, look: () => Promise<Finding> | Finding): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    return failing(check, error.message, error.fix);
  }
}
