import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

export type { Logger } from "pino";
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** Paths blanked before a line is written. The last net: callers should not log these at all. */
const REDACTED = [
  "req.headers.authorization",
  "req.headers.cookie",
  "*.phone",
  "*.phoneNumber",
  "*.text",
  "*.body",
  "*.token",
  "*.password",
  "*.wamid",
  "*.wa_id",
];

/** The operational log: ids, codes, counts and durations, as JSON lines on standard output, or where `lines` puts them. */
export function openLog(level: LogLevel, lines?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    redact: { paths: REDACTED, censor: "[redacted]" },
    serializers: { err: describeError, error: describeError },
  };
  return lines === undefined ? pino(options) : pino(options, lines);
}

/**
 * What a log may know of an error: its name, code and where it was thrown. Never its message or its cause's:
 * drivers quote bound values in theirs.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return {
    name: error.name,
    code,
    at: frames.slice(0, 6).map((line) => line.trim()),
    cause: error.cause === undefined ? undefined : describeError(error.cause),
  };
}
