import type { Clock } from "../platform/clock.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import type { AuditEvent } from "./event.ts";

/** How long refusals of one kind and address are only counted, in ms (architecture.md, "The audit log"). */
const COUNTING_MS = 10_000;

/** Kinds and addresses held at once. Ours: beyond it the oldest is written out early, so a flood cannot buy memory. */
const MAX_HELD = 10_000;

interface Held {
  count: number;
  until: number;
  readonly refusal: DueRefusal;
}

/** An entry to write, and into whose log. */
export interface DueRefusal {
  readonly workspaceId: WorkspaceId;
  readonly event: AuditEvent;
}

export interface CountedRefusals {
  /**
   * The entry to write now for this refusal, or undefined while it is only counted. Without a workspace it belongs to
   * the installation's log.
   */
  note(key: string, event: AuditEvent, workspaceId?: WorkspaceId): AuditEvent | undefined;
  /** The counted ones whose time is up (or all of them), each as one entry with `detail.count`. */
  due(options?: { readonly all: boolean }): DueRefusal[];
}

/**
 * Refusals before sign-in: the first of each (kind, address) is written at once, the rest as one counted entry per
 * 10 s. A stranger who knocks a million times buys two entries and not a full disk.
 */
export function countRefusals(clock: Clock): CountedRefusals {
  const held = new Map<string, Held>();
  /** Counted to the end before anybody asked. */
  const ready: DueRefusal[] = [];

  function release(key: string, { count, refusal }: Held): void {
    held.delete(key);
    if (count === 0) return;
    const { event, workspaceId } = refusal;
    ready.push({ workspaceId, event: { ...event, detail: { ...event.detail, count } } });
  }

  return {
    note(key, event, workspaceId = INSTALLATION) {
      const now = clock().getTime();
      const known = held.get(key);
      if (known !== undefined && known.until > now) {
        known.count += 1;
        return undefined;
      }
      if (known !== undefined) release(key, known);
      const [oldest] = held.size >= MAX_HELD ? held : [];
      if (oldest !== undefined) release(...oldest);
      held.set(key, { count: 0, until: now + COUNTING_MS, refusal: { workspaceId, event } });
      return event;
    },
    due({ all } = { all: false }) {
      const now = clock().getTime();
      for (const [key, entry] of held) if (all || entry.until <= now) release(key, entry);
      return ready.splice(0);
    },
  };
}
