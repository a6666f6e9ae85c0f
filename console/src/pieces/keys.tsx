/** A key hint: left to right in both languages, hidden on touch. It is said only where the control itself is not enough. */
export function Keys(props: { readonly children: string }) {
  return <kbd>{props.children}</kbd>;
}
