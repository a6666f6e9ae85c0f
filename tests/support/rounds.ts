/** Set to "whole" by `npm run soak`. */
export const ROUNDS_VARIABLE = "WARDROOM_ROUNDS";

/** Whether all rounds are wanted, which takes hours, or the few that `npm test` has time for. */
export function isWhole(): boolean {
  return process.env[ROUNDS_VARIABLE] === "whole";
}

/** Set to a number of seconds to let what lasts (a flood, a long run) last that long, whatever the form. */
export const SECONDS_VARIABLE = "WARDROOM_SECONDS";

/** How long something lasts, in s: as the form says, or as SECONDS_VARIABLE does. */
export function lasting(form: { readonly short: number; readonly whole: number }): number {
  return Number(process.env[SECONDS_VARIABLE] ?? rounds(form));
}

/** How much of something a round does: little in `npm test`, all of it in `npm run soak`. */
export function rounds({ short, whole }: { readonly short: number; readonly whole: number }): number {
  return isWhole() ? whole : short;
}
