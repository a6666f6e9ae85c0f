import { useEffect, useState } from "react";

/** True only after some time: a skeleton that flashes is worse than none. */
export function useDelayed(ms = 200): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return passed;
}
