import type { FastifyReply } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { networkOf } from "../identity/network.ts";
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

/** Each counts a request, or refuses it with the time to wait. They set the RateLimit headers (draft-ietf-httpapi-ratelimit-headers). */
export interface RequestLimits {
  /** First of all, before the request has cost us anything. */
  countAddress(reply: FastifyReply, address: string): Promise<void>;
  /** Once it is known whose session it is, if anybody's. */
  countPerson(
    reply: FastifyReply,
    who: { readonly address: string; readonly personId: string | undefined },
  ): Promise<void>;
}

/** Limits per process. A second node doubles them; what must hold across nodes (sign-in attempts) counts in the database. */
export function limitRequests(): RequestLimits {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: MINUTE_SECONDS });
  const [persons, addresses, strangers] = [limiter(PER_PERSON), limiter(PER_ADDRESS), limiter(PER_STRANGER)];

  return {
    countAddress: (reply, address) => consume(reply, addresses, "address", PER_ADDRESS, networkOf(address)),
    countPerson: (reply, { address, personId }) =>
      personId === undefined
        ? consume(reply, strangers, "stranger", PER_STRANGER, networkOf(address))
        : consume(reply, persons, "person", PER_PERSON, personId),
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
