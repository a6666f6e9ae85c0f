/** What a rate came to: whether it held, and how the run looked. */
export interface Trial<Result> {
  readonly holds: boolean;
  readonly result: Result;
}

export interface Search<Result> {
  /** Where to begin, in units a second. */
  readonly from: number;
  /** Runs at a rate for so many seconds. */
  readonly run: (rate: number, seconds: number) => Promise<Trial<Result>>;
  /** How long the rate that is found has to hold, in s. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** Seconds of a probe. Ours: long enough for a queue that grows to show. */
const PROBE_SECONDS = 8;

/** How finely the rate is found: the answer holds, and this much more does not. */
const STEP = 1.04;

/**
 * The highest rate that holds for the whole time. Probes first, doubling and halving, then whole runs up or down from
 * what the probes say. Undefined when nothing holds.
 */
export async function searchRate<Result>(
  search: Search<Result>,
): Promise<{ readonly rate: number; readonly result: Result } | undefined> {
  let rate = await probe(search);
  let best: { rate: number; result: Result } | undefined;
  for (let tries = 0; tries < 8 && rate > 1; tries += 1) {
    const trial = await whole(search, rate);
    if (trial.holds) {
      best = { rate, result: trial.result };
      rate = Math.round(rate * STEP);
    } else {
      if (best !== undefined) return best;
      rate = Math.round(rate / STEP);
    }
  }
  return best;
}

async function whole<Result>({ run, seconds, say }: Search<Result>, rate: number): Promise<Trial<Result>> {
  const trial = await run(rate, seconds);
  say(`  ${rate}/s for ${seconds} s: ${trial.holds ? "holds" : "does not hold"}`);
  return trial;
}

async function probe<Result>({ from, run, say }: Search<Result>): Promise<number> {
  let [low, high] = [0, Number.POSITIVE_INFINITY];
  let rate = from;
  while (high / Math.max(low, 1) > STEP * STEP) {
    const { holds } = await run(Math.round(rate), PROBE_SECONDS);
    say(`  ${Math.round(rate)}/s for ${PROBE_SECONDS} s: ${holds ? "holds" : "does not hold"}`);
    if (holds) low = rate;
    else high = rate;
    if (rate < 20) break;
    rate = high === Number.POSITIVE_INFINITY ? rate * 1.4 : low === 0 ? rate / 1.6 : (low + high) / 2;
  }
  return Math.round(low === 0 ? rate : low);
}
