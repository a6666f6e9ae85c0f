export type ServiceWindow =
  | { readonly state: "closed" }
  | {
      readonly state: "open" | "closing";
      readonly leftMs: number;
      /** How much of the 24 hours is left, 0 to 1. */
      readonly share: number;
    };

const DAY_MS = 24 * 60 * 60 * 1000;
/** When the ring turns amber and shows in the list. Ours (look.md): enough to answer before lunch ends. */
export const CLOSING_MS = 4 * 60 * 60 * 1000;

/** What is left of the 24-hour window. The server decides when it closes; here it is only shown. */
export function readServiceWindow(closesAt: string | null, now: number): ServiceWindow {
  const left = closesAt === null ? 0 : Date.parse(closesAt) - now;
  if (left <= 0) return { state: "closed" };
  return {
    state: left < CLOSING_MS ? "closing" : "open",
    leftMs: left,
    share: Math.min(1, left / DAY_MS),
  };
}
