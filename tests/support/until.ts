import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until something that happens on its own has happened, looking often. For what crosses sockets and processes;
 * where a test holds the clock, it moves the clock instead.
 */
export async function until(isSo: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it did not happen within ${withinMs} ms`);
    await sleep(25);
  }
}
