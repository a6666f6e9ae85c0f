/** A parsed JSON object. Only ever read by names written in the code: none of them is on Object.prototype. */
export type JsonObject = { readonly [name: string]: unknown };

/** What is counted over one webhook. */
export interface Tally {
  /** Unknown properties inside known types that were left out. */
  droppedFields: number;
  /** Envelopes that were cut out of it, and their characters. */
  envelopes: number;
  envelopeLength: number;
}

/** One update is not of a shape that we know. Its reader throws it, and it becomes a FaultyUpdate. */
export class ShapeFault extends Error {
  override readonly name = "ShapeFault";
  readonly reason: string;

  constructor(reason = "shape") {
    super(reason);
    this.reason = reason;
  }
}

export function asObject(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function needObject(value: unknown): JsonObject {
  const object = asObject(value);
  if (object === null) throw new ShapeFault();
  return object;
}

/** An absent object is empty; something else in its place is a fault. */
export function optionalObject(value: unknown): JsonObject {
  return value === undefined || value === null ? {} : needObject(value);
}

export function optionalList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ShapeFault();
  return value;
}

/** Any string, the empty one included; null when absent. */
export function optionalText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw new ShapeFault();
  return value;
}

/** As `optionalText`, for texts where empty means none: names, captions, titles. */
export function filledText(value: unknown): string | null {
  return optionalText(value) || null;
}

export function needText(value: unknown): string {
  const text = optionalText(value);
  if (text === null) throw new ShapeFault();
  return text;
}

/** Ids are opaque, but not endless: ours, far above the longest wamid seen (about 100 characters). */
const MAX_ID_LENGTH = 512;

export function needId(value: unknown): string {
  const id = optionalId(value);
  if (id === null) throw new ShapeFault();
  return id;
}

/** A non-empty id; a whole number is taken as its digits. Null when absent or empty. */
export function optionalId(value: unknown): string | null {
  const id = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : optionalText(value);
  if (id === null || id === "") return null;
  if (id.length > MAX_ID_LENGTH) throw new ShapeFault();
  return id;
}

const DIGITS = /^[0-9]{1,32}$/;

/** An account, number or phone id in digits, as a string or a whole number; null when it is anything else. */
export function digitsOf(value: unknown): string | null {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === "string" && DIGITS.test(text) ? text : null;
}

const DECIMAL = /^-?[0-9]{1,20}(\.[0-9]{1,30})?$/;

/** A number, or a string that is one. */
export function needNumber(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" && DECIMAL.test(value)) return Number(value);
  throw new ShapeFault();
}

/** 1 January 2500 in Unix seconds: later is no time but milliseconds, or nonsense. */
const LAST_SECOND = 16_725_225_600;

/** Meta's times: Unix seconds, as strings in messages and as numbers elsewhere. */
export function needTime(value: unknown): Date {
  const seconds = needNumber(value);
  if (!Number.isInteger(seconds) || seconds <= 0 || seconds >= LAST_SECOND) throw new ShapeFault();
  return new Date(seconds * 1000);
}

export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/** Counts what `object` holds beyond `known` (and `also`, the property named after the message's type). */
export function countUnknown(
  tally: Tally,
  object: JsonObject,
  known: ReadonlySet<string>,
  also: string | null = null,
): void {
  for (const name of Object.keys(object)) {
    if (!known.has(name) && name !== also) tally.droppedFields += 1;
  }
}
