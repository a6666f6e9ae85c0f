import { z } from "zod";

/** A refusal: Problem Details, RFC 9457, as application/problem+json. `code` is API; docs/errors.md lists them. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** Stable, e.g. "inbox.conversation_closed". */
  code: z.string(),
  /** Names this request in our log. */
  requestId: z.string(),
  /** Seconds, where a retry makes sense. */
  retryAfter: z.int().optional(),
  /** The fields that were wrong, as JSON pointers, and what is wrong with each as a code. */
  faults: z.array(z.object({ pointer: z.string(), code: z.string() })).optional(),
});
export type Problem = z.output<typeof problem>;
