/** Where the layout changes, in em of 16 px; the CSS modules name the same widths. */
export const BELOW = {
  /** The contact panel becomes a drawer. */
  contact: "(max-width: 79.99em)",
  /** The sidebar becomes a rail of icons. */
  rail: "(max-width: 63.99em)",
  /** One screen at a time, with a tab bar. */
  phone: "(max-width: 47.99em)",
} as const;
