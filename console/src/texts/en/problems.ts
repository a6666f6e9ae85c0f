import type { Catalogue } from "../catalogue.ts";

/** What went wrong, in plain words, by the code of the problem; `status.…` stands in for codes not listed. */
export const problems = {
  "problem.network": "Wardroom did not answer. Check your connection and try again.",
  "problem.unreadable": "Wardroom answered in a way this page does not understand. Load the page again.",
  "problem.status.400": "Something in this form is not right. Check it and try again.",
  "problem.status.401": "Your session ended. Sign in again.",
  "problem.status.403": "You may not do this.",
  "problem.status.404": "This is no longer here, or not yours to see.",
  "problem.status.409": "This changed in the meantime. Look at it again, then decide.",
  "problem.status.413": "This file is too large.",
  "problem.status.422": "Wardroom cannot do this as things stand.",
  "problem.status.429": "Too many tries. Wait a little, then try again.",
  "problem.status.500":
    "Wardroom failed to do this. Try again; if it stays, tell your operator the reference.",
  "problem.status.503": "Wardroom cannot do this at the moment. Try again shortly.",
  "problem.retryAfter": "Too many tries. Try again in {duration}.",
} as const satisfies Catalogue;
