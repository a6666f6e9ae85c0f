/** The team that an address names, if it is an id at all. Whether there is one is for the server to say. */
export function teamOf(value: unknown): string | undefined {
  return typeof value === "string" && /^[0-9a-f-]{36}$/.test(value) ? value : undefined;
}
