import { isId } from "../platform/ids.ts";
import type { KeyClass, KeySubject } from "./vault.ts";

/** The month of classes that have none. A date column needs some date; this one is not a real month of anything. */
const NO_MONTH = "2000-01-01";

const HAS_MONTHS: Readonly<Record<KeyClass, boolean>> = {
  profile: true,
  conversation: true,
  record: true,
  member: false,
  workspace: false,
};

/** First day of the subject's month in UTC, as `yyyy-mm-dd`. */
export function monthOf({ keyClass, at }: KeySubject): string {
  if (!HAS_MONTHS[keyClass]) return NO_MONTH;
  const day = at.toISOString();
  if (day.length !== 24) throw new Error("A key's month lies within the years 0 to 9999");
  return `${day.slice(0, 7)}-01`;
}

/** One string per data key: what `unique (workspace_id, subject_id, class, month)` says within a workspace. */
export function subjectName(subject: KeySubject): string {
  return nameOf(subject.subjectId, subject.keyClass, monthOf(subject));
}

export function nameOf(subjectId: string, keyClass: string, month: string): string {
  return `${subjectId} ${keyClass} ${month}`;
}

/** PostgreSQL prints ids in lower case; another spelling would never be found again. */
export function requireId(subjectId: string): string {
  if (!isId(subjectId)) throw new Error("A key's subject is a UUID in lower case");
  return subjectId;
}
