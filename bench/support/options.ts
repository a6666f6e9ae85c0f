import { parseArgs } from "node:util";

/** What every bench of ours understands. */
export interface BenchOptions {
  /** Updates a second to hold; undefined: the highest rate that holds is searched. */
  readonly rate: number | undefined;
  /** How long a rate has to hold, in s. */
  readonly seconds: number;
  /** Updates in one POST. */
  readonly batch: number;
  /** Messages that lie in the database before the first one comes. */
  readonly stored: number;
  readonly references: boolean;
  /** One JSON object on the last line, and everything else on standard error. */
  readonly json: boolean;
}

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: "string" },
      seconds: { type: "string", default: "30" },
      batch: { type: "string", default: "1" },
      stored: { type: "string", default: "0" },
      "no-references": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  return {
    rate: values.rate === undefined ? undefined : whole("rate", values.rate),
    seconds: whole("seconds", values.seconds),
    batch: whole("batch", values.batch),
    stored: whole("stored", values.stored, 0),
    references: !values["no-references"],
    json: values.json,
  };
}

function whole(name: string, text: string, least = 1): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} is a whole number from ${least}`);
  return value;
}
