/** A view without its readonly marks: zod's output types have none, and the answer is serialised at once anyway. */
export type Mutable<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

export function mutable<T>(view: T): Mutable<T> {
  return view as Mutable<T>;
}
