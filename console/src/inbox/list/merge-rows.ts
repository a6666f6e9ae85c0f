import type { ConversationRow } from "../../../../contract/conversations.ts";

export type InboxView = "mine" | "unassigned" | "all";
export interface ListFilter {
  readonly view: InboxView;
  readonly state: "open" | "closed";
  readonly memberId: string;
  /** Of one team only. */
  readonly team?: string | undefined;
}
export interface RowPage {
  readonly conversations: ConversationRow[];
  readonly next: string | null;
}

/** Whether a chat stands in a list, as the server decides it. */
export function belongsTo(row: ConversationRow, filter: ListFilter): boolean {
  if (row.state !== filter.state) return false;
  if (filter.team !== undefined && row.teamId !== filter.team) return false;
  if (filter.view === "mine") return row.assigneeId === filter.memberId;
  return filter.view === "all" || row.assigneeId === null;
}

/**
 * Takes a live row into the loaded pages: changed in place, moved up, put in, or taken out. A row older than one we
 * hold is a late echo and changes nothing. A row below the last loaded page waits for its page.
 */
export function mergeRow(pages: readonly RowPage[], row: ConversationRow, filter: ListFilter): RowPage[] {
  const held = pages.flatMap((page) => page.conversations).find(({ id }) => id === row.id);
  if (held !== undefined && held.version > row.version) return [...pages];
  const without = removeRow(pages, row.id);
  if (!belongsTo(row, filter)) return without;
  if (held?.lastActivityAt === row.lastActivityAt) return replaceRow(pages, row);
  // Newest activity on top.
  const goesBelow = (other: ConversationRow): boolean => row.lastActivityAt >= other.lastActivityAt;
  const target = without.findIndex((page) => page.conversations.some(goesBelow));
  const last = without.at(-1);
  if (target === -1) {
    if (last === undefined || (last.next !== null && held === undefined)) return without;
    return without.with(-1, { ...last, conversations: [...last.conversations, row] });
  }
  return without.map((page, index) => {
    if (index !== target) return page;
    const at = page.conversations.findIndex(goesBelow);
    return { ...page, conversations: page.conversations.toSpliced(at, 0, row) };
  });
}

export function removeRow(pages: readonly RowPage[], conversationId: string): RowPage[] {
  return pages.map((page) => ({
    ...page,
    conversations: page.conversations.filter(({ id }) => id !== conversationId),
  }));
}

function replaceRow(pages: readonly RowPage[], row: ConversationRow): RowPage[] {
  return pages.map((page) => ({
    ...page,
    conversations: page.conversations.map((other) => (other.id === row.id ? row : other)),
  }));
}
