/** Sizes in px that layouts share; look.md, "Type, space, size". The CSS has them as --wr-… beside these. */
export const SIZE = {
  sidebar: 224,
  rail: 64,
  list: 352,
  contact: 304,
  bar: 56,
  touch: 44,
} as const;

/** Where the layout changes, in em of 16 px. */
export const BELOW = {
  /** The contact panel becomes a drawer. */
  contact: "(max-width: 79.99em)",
  /** The sidebar becomes a rail of icons. */
  rail: "(max-width: 63.99em)",
  /** One screen at a time, with a tab bar. */
  phone: "(max-width: 47.99em)",
} as const;
