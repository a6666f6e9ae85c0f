import type { KeysStatus } from "../../server/vault/keys-status.ts";
import { MAX_WORKSPACE_KEY_AGE_MS } from "../../server/vault/rotation/decide-rotation.ts";
import { attention, type Finding, ok } from "./finding.ts";

const DAY_SECONDS = 24 * 60 * 60;
const MAX_AGE_SECONDS = MAX_WORKSPACE_KEY_AGE_MS / 1000;

/** How long a rotation may take before somebody should look. Ours: a million keys take minutes. */
const MAX_ROTATION_SECONDS = DAY_SECONDS;

/** Whether the workspace keys are rotated in time, and whether a rotation was left unfinished. */
export function checkKeys({ workspaces, rootKeyFiles }: KeysStatus): Finding[] {
  const living = workspaces.map(({ versions }) => versions.filter(({ isDestroyed }) => !isDestroyed));
  const oldest = Math.max(0, ...living.map((versions) => versions[0]?.ageSeconds ?? 0));
  const stuck = living.filter(
    (versions) => versions.length > 1 && (versions.at(-1)?.ageSeconds ?? 0) > MAX_ROTATION_SECONDS,
  );
  return [
    checkAge(oldest),
    ...(stuck.length === 0 ? [] : [unfinished(stuck.length)]),
    checkRoot(rootKeyFiles),
  ];
}

function checkAge(oldestSeconds: number): Finding {
  const check = "workspace keys";
  const sentence = `The oldest workspace key is ${Math.floor(oldestSeconds / DAY_SECONDS)} days old.`;
  if (oldestSeconds <= MAX_AGE_SECONDS) return ok(check, sentence);
  return attention(
    check,
    sentence,
    "Let Wardroom run, it rotates them every 27 days; or run wardroom keys rotate --all. Its log says why when it cannot.",
  );
}

function unfinished(count: number): Finding {
  return attention(
    "key rotation",
    `The rotation of ${count} workspace ${count === 1 ? "key is" : "keys are"} unfinished.`,
    "Run wardroom keys rotate --all; when keys stay behind, restore them from the newest key bundle.",
  );
}

function checkRoot({ prepared, replaced }: KeysStatus["rootKeyFiles"]): Finding {
  const check = "root key";
  if (replaced.length > 0) {
    return attention(
      check,
      "A change of the root key is unfinished: the old key lies beside the new one.",
      "Run wardroom keys rotate --root, which finishes it and begins no other.",
    );
  }
  if (prepared.length > 0) {
    return attention(
      check,
      "A root key lies prepared and is not in use.",
      "When its copies are in a safe place, run wardroom keys rotate --root.",
    );
  }
  return ok(check, "One root key is there, and the database names it.");
}
