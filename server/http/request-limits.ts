import type { FastifyReply } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Refusal } from "../platform/refusal.ts";

/**
 * Requests a minute to /api. Ours: an agent who types and scrolls all day stays under a third of a person's share;
 * an office behind one address has room for about ten of them.
 */
const PER_PERSON = 600;
const PER_ADDRESS = 3_000;
/** Requests a minute that carry no session: sign-in, invitations, set-up. */
const PER_STRANGER = 120;

const MINUTE_SECONDS = 60;

export interface RequestLimits {
  /** Counts a request; refuses it with the time to wait. Sets the RateLimit headers (draft-ietf-httpapi-ratelimit-headers). */
  count(
    reply: FastifyReply,
    who: { readonly address: string; readonly personId?: string | undefined },
  ): Promise<void>;
}

/** Limits per process. A second node doubles them; what must hold across nodes (sign-in attempts) counts in the database. */
export function limitRequests(): RequestLimits {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: MINUTE_SECONDS });
  const [persons, addresses, strangers] = [limiter(PER_PERSON), limiter(PER_ADDRESS), limiter(PER_STRANGER)];

  return {
    async count(reply, { address, personId }) {
      await consume(reply, addresses, "address", PER_ADDRESS, address);
      if (personId === undefined) await consume(reply, strangers, "stranger", PER_STRANGER, address);
      else await consume(reply, persons, "person", PER_PERSON, personId);
    },
  };
}

async function consume(
  reply: FastifyReply,
  limiter: RateLimiterMemory,
  name: string,
  points: number,
  key: string,
): Promise<void> {
  const result = await limiter.consume(key).catch((refused: unknown) => {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  });
  const reset = Math.ceil(result.msBeforeNext / 1000);
  reply.header("ratelimit-policy", `"${name}";q=${points};w=${MINUTE_SECONDS}`);
  reply.header("ratelimit", `"${name}";r=${result.remainingPoints};t=${reset}`);
  if (result.consumedPoints > points)
    throw new Refusal("rate_limited", "request.too_many", { retryAfterSeconds: reset });
}
