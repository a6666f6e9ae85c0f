interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML(text: string): string }): unknown;
}

/** Something that opens, closes or declares an element. Style sheets hold none: `<` followed by a letter is no CSS. */
const MARKUP = /<[a-z!/?]/i;

/**
 * The page allows only this policy. Mantine writes the text of its own style sheets through innerHTML; everything
 * that looks like markup is refused, and scripts from strings have no rule at all and so are refused too.
 */
export function guardMarkup(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy("default", {
    createHTML(text) {
      if (MARKUP.test(text)) throw new TypeError("Markup from a string is not allowed here.");
      return text;
    },
  });
}
