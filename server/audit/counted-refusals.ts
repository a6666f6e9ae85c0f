import type { Clock } from "../platform/clock.ts";
import type { AuditEvent } from "./event.ts";

/** How long refusals of one kind and address are only counted, in ms (architecture.md, "The audit log"). */
const COUNTING_MS = 10_000;

/** Kinds and addresses held at once. Ours: beyond it the oldest is written out early, so a flood cannot buy memory. */
const MAX_HELD = 10_000;

interface Held {
  count: number;
  until: number;
  readonly event: AuditEvent;
}

export interface CountedRefusals {
  /** The entry to write now for this refusal, or undefined while it is only counted. */
  note(key: string, event: AuditEvent): AuditEvent | undefined;
  /** The counted ones whose time is up (or all of them), each as one entry with `detail.count`. */
  due(options?: { readonly all: boolean }): AuditEvent[];
}

/**
 * Refusals before sign-in: the first of each (kind, address) is written at once, the rest as one counted entry per
 * 10 s. A stranger who knocks a million times buys two entries and not a full disk.
 */
export function countRefusals(clock: Clock): CountedRefusals {
  const held = new Map<string, Held>();

  function take(isDue: (entry: Held) => boolean): AuditEvent[] {
    const events: AuditEvent[] = [];
    for (const [key, entry] of held) {
      if (!isDue(entry)) continue;
      held.delete(key);
      if (entry.count > 0)
        events.push({ ...entry.event, detail: { ...entry.event.detail, count: entry.count } });
    }
    return events;
  }

  return {
    note(key, event) {
      const now = clock().getTime();
      const known = held.get(key);
      if (known !== undefined && known.until > now) {
        known.count += 1;
        return undefined;
      }
      if (held.size >= MAX_HELD && known === undefined) return undefined;
      held.set(key, { count: 0, until: now + COUNTING_MS, event });
      return event;
    },
    due({ all } = { all: false }) {
      const now = clock().getTime();
      return take((entry) => all || entry.until <= now);
    },
  };
}
