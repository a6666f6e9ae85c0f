import type { Taken } from "../../inbox/ingest/intake.ts";
import { isUnavailable } from "../../platform/database-errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal, type RefusalKind } from "../../platform/refusal.ts";
import type { Frame } from "./frame.ts";

/** What the thread is started with. Its secrets stay within the process. */
export interface ThreadStart {
  readonly appUrl: string;
  readonly rootKey: {
    readonly provider: "file" | "passphrase";
    readonly path: string;
    readonly dataFolder: string | undefined;
    readonly passphrase: string | undefined;
  };
  readonly logLevel: string;
  readonly gauges: SharedArrayBuffer;
}

export type ToThread =
  | { readonly kind: "take"; readonly frame: Frame }
  /** Finish what was taken, and end. */
  | { readonly kind: "close" };

export type FromThread =
  | { readonly kind: "ready" }
  /** What was taken whole, by its ids, and what came to something else. */
  | { readonly kind: "answers"; readonly taken: Float64Array; readonly others: readonly NumberedAnswer[] }
  | {
      readonly kind: "taken_in";
      readonly workspaceId: WorkspaceId;
      readonly mediaQueued: number;
      readonly templatesWanted: boolean;
    }
  /** A line of the operational log, JSON. */
  | { readonly kind: "log"; readonly line: string };

/** What became of a body. "failed" is a fault of ours, which the thread has logged. */
export type Answer =
  | { readonly outcome: "taken"; readonly taken: Taken }
  | {
      readonly outcome: "refused";
      readonly refusal: RefusalKind;
      readonly code: string;
      readonly retryAfterSeconds: number | undefined;
    }
  | { readonly outcome: "failed" };

export type NumberedAnswer = Answer & { readonly id: number };

export function answerOf(error: unknown): Answer {
  if (isUnavailable(error))
    return answerOf(new Refusal("unavailable", "ingest.database", { retryAfterSeconds: 5 }));
  if (!(error instanceof Refusal)) return { outcome: "failed" };
  const { kind, code, retryAfterSeconds } = error;
  return { outcome: "refused", refusal: kind, code, retryAfterSeconds };
}

/** The error that `answerOf` described, as the other thread can know it. */
export function errorOf(answer: Exclude<Answer, { readonly outcome: "taken" }>): Error {
  if (answer.outcome === "failed") return new Error("a webhook failed in the intake thread");
  const { refusal, code, retryAfterSeconds } = answer;
  return new Refusal(refusal, code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}
