/** SQLSTATE classes and codes: PostgreSQL, appendix A. */
const DEADLOCK = new Set(["40P01", "40001"]);

/** Class 08 connection, 53 resources, 57 operator intervention; 25006 read-only (a failover), 58 system. */
const UNAVAILABLE_CLASSES = new Set(["08", "53", "57", "58"]);

const UNAVAILABLE_CODES = new Set([
  "25006",
  "25P03", // we were asleep in a transaction, and it was ended
  "28000", // whoever guards the server does not let us in, say while a password is being changed
  "28P01",
  "EAI_AGAIN", // its name is not known, as when a container has stopped
  "ENOTFOUND",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT", // the socket is not there
  "EPIPE",
  "ETIMEDOUT",
]);

/** Messages of the driver for a connection that went away or never came; it gives them no code. */
const UNAVAILABLE_MESSAGES = [
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "timeout expired",
  "Query read timeout",
  "Client was closed",
  "Client has encountered a connection error",
  "the database system is",
];

/** Whether two transactions got in each other's way, and trying again helps. */
export function isDeadlock(error: unknown): boolean {
  return DEADLOCK.has(codeOf(error));
}

/** Whether the database could not be reached or could not serve, whatever was asked of it. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE_CODES.has(code) || (code.length === 5 && UNAVAILABLE_CLASSES.has(code.slice(0, 2))))
    return true;
  return error instanceof Error && UNAVAILABLE_MESSAGES.some((message) => error.message.includes(message));
}

/** Whether a unique constraint refused the row: somebody was first. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === "23505";
}

/** Whether a lock was waited for as long as `lock_timeout` allows. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === "55P03";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
