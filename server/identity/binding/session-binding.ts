/**
 * What ties a session to a key that its browser's device keeps and does not give out (Device Bound Session Credentials,
 * docs/sign-in.md). Part of the session's row, under its MAC.
 */
export interface SessionBinding {
  /** By what the browser names it. Stays the same while the session's token changes. */
  readonly id: string;
  /** The public key, SubjectPublicKeyInfo in DER: P-256, or RSA from 2048 bits. */
  readonly key: Buffer;
  readonly boundAt: Date;
  /** When the browser first showed the cookie that a binding gives: before that our answer may have been lost. */
  readonly shownAt: Date | null;
}

/** The binding as the row has it. */
export interface BindingColumns {
  binding_id: string | null;
  binding_key: Buffer | null;
  bound_at: Date | null;
  binding_shown_at: Date | null;
}

export function bindingOfRow(row: BindingColumns): SessionBinding | null {
  const { binding_id: id, binding_key: key, bound_at: boundAt, binding_shown_at: shownAt } = row;
  if (id === null || key === null || boundAt === null) return null;
  return { id, key, boundAt, shownAt };
}

export function columnsOfBinding(binding: SessionBinding | null): BindingColumns {
  return {
    binding_id: binding?.id ?? null,
    binding_key: binding?.key ?? null,
    bound_at: binding?.boundAt ?? null,
    binding_shown_at: binding?.shownAt ?? null,
  };
}

/** What the MAC of a bound session covers besides; nothing for one that is not, whose MAC is as it was before bindings. */
export function bindingMacFields(binding: SessionBinding | null): Array<string | Buffer | Date | null> {
  return binding === null ? [] : [binding.id, binding.key, binding.boundAt, binding.shownAt];
}

/**
 * What a session that takes the place of another keeps. A binding that its browser has never shown may be one that it
 * has not heard of, and is offered anew.
 */
export function keptBinding(before: SessionBinding | null | undefined): SessionBinding | null {
  return before === null || before === undefined || before.shownAt === null ? null : before;
}
