import { useEffect } from "react";

/** The name of the page in the browser's tab: "Numbers · Wardroom". */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Wardroom`;
  }, [title]);
}
