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

/**
 * MiB of files that a person may upload in an hour. Ours: a film of Meta's greatest size every minute; without it one
 * session could fill the disk in minutes, with files that no message ever carries.
 */
const UPLOAD_MIB = 1_024;
const MIB = 1_024 * 1_024;

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

/** Each counts a request, or refuses it with the time to wait. They set the RateLimit headers (draft-ietf-httpapi-ratelimit-headers). */
export interface RequestLimits {
  /** First of all, before the request has cost us anything. */
  countAddress(reply: FastifyReply, address: string): Promise<void>;
  /** Once it is known whose session it is, if anybody's. */
  countPerson(
    reply: FastifyReply,
    who: { readonly address: string; readonly personId: string | undefined },
  ): Promise<void>;
  /** Before the bytes are taken: what the request says of their number. */
  countUpload(reply: FastifyReply, personId: string, bytes: number): Promise<void>;
}

/** Limits per process. A second node doubles them; what must hold across nodes (sign-in attempts) counts in the database. */
export function limitRequests(): RequestLimits {
  const addresses = limit("address", PER_ADDRESS, MINUTE_SECONDS);
  const strangers = limit("stranger", PER_STRANGER, MINUTE_SECONDS);
  const persons = limit("person", PER_PERSON, MINUTE_SECONDS);
  const uploads = limit("upload", UPLOAD_MIB, HOUR_SECONDS);

  return {
    countAddress: (reply, address) => consume(reply, addresses, networkOf(address)),
    countPerson: (reply, { address, personId }) =>
      personId === undefined
        ? consume(reply, strangers, networkOf(address))
        : consume(reply, persons, personId),
    countUpload: (reply, personId, bytes) =>
      consume(reply, uploads, personId, Math.max(1, Math.ceil(bytes / MIB))),
  };
}

interface Limit {
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
  readonly limiter: RateLimiterMemory;
}

function limit(name: string, points: number, seconds: number): Limit {
  return { name, points, seconds, limiter: new RateLimiterMemory({ points, duration: seconds }) };
}

async function consume(
  reply: FastifyReply,
  { name, points, seconds, limiter }: Limit,
  key: string,
  cost = 1,
): Promise<void> {
  const result = await limiter.consume(key, cost).catch((refused: unknown) => {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  });
  const reset = Math.ceil(result.msBeforeNext / 1000);
  reply.header("ratelimit-policy", `"${name}";q=${points};w=${seconds}`);
  reply.header("ratelimit", `"${name}";r=${result.remainingPoints};t=${reset}`);
  if (result.consumedPoints > points)
    throw new Refusal("rate_limited", "request.too_many", { retryAfterSeconds: reset });
}
