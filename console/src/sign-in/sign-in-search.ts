/** What the address of the sign-in page says. */
export interface SignInSearch {
  /** Where to go afterwards: a path of ours. */
  readonly next?: string | undefined;
  /** The last session ended by itself. */
  readonly ended?: boolean | undefined;
  /** Why the company's provider led back without a session: a code. */
  readonly refused?: string | undefined;
  /** The connection of the link that a company gives its people. */
  readonly company?: string | undefined;
}
