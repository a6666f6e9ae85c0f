import type { ReactNode } from "react";

/** Phone numbers, ids, addresses and codes: left to right in every language. */
export function Ltr(props: { readonly children: ReactNode }) {
  return <bdi dir="ltr">{props.children}</bdi>;
}
