/** The names in braces of a text. */
export type Placeholders<S extends string> = S extends `${string}{${infer P}}${infer R}`
  ? P | Placeholders<R>
  : never;

export interface Plural {
  readonly one: string;
  readonly other: string;
}

/** All forms that Arabic counts with; `zero` may be left to `other`. */
export interface ArabicPlural {
  readonly zero?: string;
  readonly one: string;
  readonly two: string;
  readonly few: string;
  readonly many: string;
  readonly other: string;
}

/** An area's texts, keyed "area.name". English has two plural forms. */
export type Catalogue = Readonly<Record<string, string | Plural>>;

/** The same keys in Arabic. */
export type Arabic<E extends Catalogue> = {
  readonly [K in keyof E]: E[K] extends string ? string : ArabicPlural;
};

/** Which values a text asks for: nothing, an object of its placeholders, and `count` for a plural. */
export type Values<M, V = string | number> = M extends string
  ? [Placeholders<M>] extends [never]
    ? []
    : [Readonly<Record<Placeholders<M>, V>>]
  : M extends { readonly other: infer O extends string }
    ? [{ readonly count: number } & Readonly<Record<Exclude<Placeholders<O>, "count">, V>>]
    : never;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

type Faithful<E, A> = {
  readonly [K in keyof A]: K extends keyof E
    ? Same<PlaceholdersOf<E[K]>, PlaceholdersOf<A[K]>> extends true
      ? A[K]
      : { readonly "placeholders differ from English": PlaceholdersOf<E[K]> }
    : never;
};

type PlaceholdersOf<M> = M extends string
  ? Placeholders<M>
  : M extends { readonly other: infer O extends string }
    ? Exclude<Placeholders<O>, "count">
    : never;

/**
 * The Arabic of an area: `arabicOf<typeof english>()({ … })`. tsc refuses a missing or unknown key, a missing plural
 * form, and a text whose placeholders are not those of the English one.
 */
export function arabicOf<E extends Catalogue>() {
  return <const A extends Arabic<E>>(texts: A & Faithful<E, A>): Arabic<E> => texts;
}
