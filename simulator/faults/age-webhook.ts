type Json = Readonly<Record<string, unknown>>;

/** The same webhook with all its times (`timestamp` as text, `time` as number, in seconds) so much earlier. */
export function ageWebhook(body: Json, ms: number): Json {
  return aged(body, Math.round(ms / 1_000)) as Json;
}

function aged(value: unknown, seconds: number): unknown {
  if (Array.isArray(value)) return value.map((one) => aged(one, seconds));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, agedMember(name, inner, seconds)]),
  );
}

function agedMember(name: string, value: unknown, seconds: number): unknown {
  if (name === "timestamp" && typeof value === "string") return String(Number(value) - seconds);
  if ((name === "time" || name === "timestamp") && typeof value === "number") return value - seconds;
  return aged(value, seconds);
}
