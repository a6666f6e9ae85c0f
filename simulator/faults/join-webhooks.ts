type Json = Readonly<Record<string, unknown>>;

interface Envelope {
  readonly object: string;
  readonly entry: readonly { readonly id: string; readonly changes: readonly object[] }[];
}

/** Many webhooks in one POST, as Meta batches (facts.md, 1.3): one entry per account, one change per update, in their order. */
export function joinWebhooks(bodies: readonly Json[]): Json {
  const [only] = bodies;
  if (bodies.length === 1 && only !== undefined) return only;
  const entries = new Map<string, { id: string; changes: object[] }>();
  const envelopes = bodies as unknown as readonly Envelope[];
  for (const { id, changes, ...rest } of envelopes.flatMap(({ entry }) => entry)) {
    const entry = entries.get(id) ?? { id, ...rest, changes: [] };
    entry.changes.push(...changes);
    entries.set(id, entry);
  }
  return { object: "whatsapp_business_account", entry: [...entries.values()] };
}
