/** Set to "whole" by `npm run soak`. */
export const ROUNDS_VARIABLE = "WARDROOM_ROUNDS";

/** Whether all rounds are wanted, which takes hours, or the few that `npm test` has time for. */
export function isWhole(): boolean {
  return process.env[ROUNDS_VARIABLE] === "whole";
}

/** How much of something a round does: little in `npm test`, all of it in `npm run soak`. */
export function rounds({ short, whole }: { readonly short: number; readonly whole: number }): number {
  return isWhole() ? whole : short;
}
