import type { StartedSession } from "../start-session.ts";

/** What the browser is given, and what its device was known by when it began. */
export interface SsoSession extends Pick<StartedSession, "token" | "deviceToken"> {
  readonly deviceTokens: readonly string[];
}
