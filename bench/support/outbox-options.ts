import { parseArgs } from "node:util";

/** What a run of the bench is asked for. */
export interface OutboxOptions {
  /** Messages a second, fixed; undefined: the highest rate held is searched for. */
  readonly rate: number | undefined;
  /** How long the counted run lasts, in s. */
  readonly seconds: number;
  readonly clicks: boolean;
  readonly json: boolean;
  /** Folder for a CPU profile of the server. */
  readonly profile: string | undefined;
}

/** `--rate N --seconds N --no-clicks --json --profile FOLDER`. */
export function readOutboxOptions(args: readonly string[]): OutboxOptions {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      rate: { type: "string" },
      seconds: { type: "string", default: "30" },
      clicks: { type: "boolean", default: true },
      json: { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  return {
    rate: values.rate === undefined ? undefined : positive("--rate", values.rate),
    seconds: positive("--seconds", values.seconds),
    clicks: values.clicks,
    json: values.json,
    profile: values.profile,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} takes a number above zero, not "${text}"`);
  return value;
}
