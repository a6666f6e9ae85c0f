import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Tx } from "../platform/database.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { IdentityTables } from "./tables.ts";

/**
 * Failures in a row after which a password, or the codes of an app, are taken on the person's own devices only (NIST SP
 * 800-63B-4, 3.2.2, asks for 100 at most). Whoever wants to keep somebody out so reaches the devices that are not known
 * yet, and nothing else.
 */
const MOST_GUESSES = 100;

/** What can be guessed. Passkeys and recovery codes cannot: theirs are more than 112 random bits. */
export type Guessable = "password" | "totp";

export interface Guess {
  readonly what: Guessable;
  /**
   * What is guessed at: the stored hash, the app's row. Another password or another app has a run of its own. Of nobody,
   * the address that was typed: the same is written.
   */
  readonly binding: { readonly stored: string } | { readonly nobody: string };
  /** A trusted device of the person: what fails there has a run of its own, and what fails elsewhere is none there. */
  readonly deviceId: string | undefined;
}

/** "last" may still be right; when it is wrong there is no further one. "disabled" counts as wrong, whatever it is. */
export type GuessVerdict = "open" | "last" | "disabled";

/** Counts a guess before it is looked at, so that a burst counts in full. */
export async function countGuess(
  db: Kysely<IdentityTables>,
  installation: WorkspaceVault,
  guess: Guess,
  now: Date,
): Promise<GuessVerdict> {
  const { rows } = await sql<{ failures: number }>`
    insert into identity_guess_run as run (key_hash, failures, last_failure_at, is_somebodys)
    values (${keyOf(installation, guess)}, 1, ${now}, ${"stored" in guess.binding})
    on conflict (key_hash) do update set failures = least(run.failures, 1000000) + 1, last_failure_at = ${now}
    returning failures`.execute(db);
  const failures = rows[0]?.failures ?? MOST_GUESSES + 1;
  if (failures > MOST_GUESSES) return "disabled";
  return failures === MOST_GUESSES ? "last" : "open";
}

/** After a success: the run ends, here and on devices that are not known. True where it had been disabled there. */
export async function endGuessRun(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  guess: Guess,
): Promise<boolean> {
  const elsewhere = keyOf(installation, { ...guess, deviceId: undefined });
  const ended = await tx
    .deleteFrom("identity_guess_run")
    .where("key_hash", "in", [keyOf(installation, guess), elsewhere])
    .returning(["key_hash", "failures"])
    .execute();
  return ended.some((run) => run.key_hash.equals(elsewhere) && run.failures >= MOST_GUESSES);
}

function keyOf(installation: WorkspaceVault, { what, binding, deviceId }: Guess): Buffer {
  const place = deviceId === undefined ? "" : `-on:${deviceId}`;
  const whose = "stored" in binding ? binding.stored : `nobody:${binding.nobody}`;
  return installation.hash("attempt", `run:${what}${place} ${whose}`);
}
