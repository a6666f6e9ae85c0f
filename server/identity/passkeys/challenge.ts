import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { IdentityTables } from "../tables.ts";

/** How long an authenticator has to answer, in ms (issue 4: 5 minutes). */
export const CHALLENGE_MS = 5 * 60 * 1000;

/**
 * What an answer is good for. An answer to a challenge of one use is no answer to another. `bind` and `renew` are
 * answered by a device's own key (../binding), the others by passkeys.
 */
export type ChallengeUse =
  | "sign-in"
  | `prove:${string}`
  | `enrol:${string}`
  | `bind:${string}`
  | `renew:${string}`;

const LABEL = "identity_challenge";
const EXPIRY_BYTES = 8;
const RANDOM_BYTES = 24;
const PROOF_BYTES = 32;

/**
 * What an authenticator is asked to sign: when it runs out, 192 random bits, and a keyed hash that says that we asked
 * this, for this use. Nothing is stored for it, so that a stranger who asks for a million costs nothing.
 */
export function newChallenge(installation: WorkspaceVault, use: ChallengeUse, now: Date): Buffer {
  const expiry = Buffer.alloc(EXPIRY_BYTES);
  expiry.writeBigUInt64BE(BigInt(now.getTime() + CHALLENGE_MS));
  const head = Buffer.concat([expiry, randomBytes(RANDOM_BYTES)]);
  return Buffer.concat([head, installation.mac(LABEL, [use, head])]);
}

/**
 * Whether this is a challenge of ours for this use, in time and answered for the first time. From now on it is spent,
 * whatever the answer to it is worth.
 */
export async function spendChallenge(
  db: Kysely<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly use: ChallengeUse; readonly challenge: Buffer; readonly now: Date },
): Promise<boolean> {
  const { use, challenge, now } = given;
  if (challenge.length !== EXPIRY_BYTES + RANDOM_BYTES + PROOF_BYTES) return false;
  const head = challenge.subarray(0, EXPIRY_BYTES + RANDOM_BYTES);
  if (!installation.isMac(LABEL, [use, head], challenge.subarray(head.length))) return false;
  const expiresAt = new Date(Number(head.readBigUInt64BE(0)));
  if (expiresAt <= now) return false;

  await db.deleteFrom("identity_spent_challenge").where("expires_at", "<=", now).execute();
  const spent = await db
    .insertInto("identity_spent_challenge")
    .values({ challenge_hash: installation.hash("token", challenge), expires_at: expiresAt })
    .onConflict((conflict) => conflict.column("challenge_hash").doNothing())
    .returning("challenge_hash")
    .executeTakeFirst();
  return spent !== undefined;
}
