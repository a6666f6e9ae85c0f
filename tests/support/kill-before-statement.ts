import type { KyselyPlugin } from "kysely";

/** A process that is gone before its `nth` statement after `arm`, and says nothing more: not even that it gives its lease back. */
export function killBeforeStatement(nth: number): {
  readonly plugin: KyselyPlugin;
  readonly arm: () => void;
  readonly isDead: () => boolean;
} {
  let statements = Number.NEGATIVE_INFINITY;
  return {
    arm: () => {
      statements = 0;
    },
    isDead: () => statements >= nth,
    plugin: {
      transformQuery({ node }) {
        statements += 1;
        if (statements >= nth) throw new Error("killed");
        return node;
      },
      transformResult: async ({ result }) => result,
    },
  };
}
