import { Refusal } from "../platform/refusal.ts";

/**
 * It is there, and not for this actor: the answer is the one for what is not there, to the byte. Only the log tells the
 * two apart (compose/note-refusal.ts), because guessing ids is what a curious colleague does.
 */
export class Hidden extends Refusal {
  constructor(code: "inbox.no_conversation" | "inbox.no_contact" | "inbox.no_message" | "media.not_found") {
    super("not_found", code);
  }
}

/** Runs `work`; what it finds hidden is answered as absence is answered by whoever asks. */
export async function hiddenAs<Result>(
  code: ConstructorParameters<typeof Hidden>[0],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Hidden) throw new Hidden(code);
    throw error;
  }
}
