import { isDeadlock, isDuplicate } from "../../platform/database-errors.ts";
import { KeyErased } from "../../vault/key-erased.ts";

/** Another transaction was first. Nothing is wrong: roll back and start again, and its work is there to be found. */
export class RaceLost extends Error {
  override readonly name = "RaceLost";
}

/**
 * Whether a transaction failed only because another one was in its way, so that a new attempt helps. A row that was
 * there already is one that the new attempt finds.
 */
export function isRace(error: unknown): boolean {
  return error instanceof RaceLost || error instanceof KeyErased || isDeadlock(error) || isDuplicate(error);
}
