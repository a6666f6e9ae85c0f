import { type Logger, type LogLevel, openLog } from "../../server/platform/log.ts";

export interface CapturedLog {
  readonly log: Logger;
  /** All that was written so far. */
  text(): string;
}

/** The operational log of a Wardroom under test, kept in memory to be searched. */
export function captureLog(level: LogLevel = "debug"): CapturedLog {
  const lines: string[] = [];
  return {
    log: openLog(level, { write: (line) => void lines.push(line) }),
    text: () => lines.join(""),
  };
}
