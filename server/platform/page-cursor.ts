import { isId } from "./ids.ts";
import { Refusal } from "./refusal.ts";

/** The last row of a page, by time and id: the next page begins behind it, whatever was added or moved meanwhile. */
export interface PagePosition {
  readonly at: Date;
  readonly id: string;
}

const CURSOR = /^(\d{1,13})_(.{36})$/;

export function writeCursor({ at, id }: PagePosition): string {
  return `${at.getTime()}_${id}`;
}

/** Refuses with `request.cursor` what we have not written: the database would only stumble over it. */
export function readCursor(cursor: string): PagePosition {
  const [, time, id = ""] = CURSOR.exec(cursor) ?? [];
  if (time === undefined || !isId(id)) throw new Refusal("invalid", "request.cursor");
  return { at: new Date(Number(time)), id };
}
