import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { Refusal } from "../platform/refusal.ts";

const derive = promisify(argon2);

/**
 * The cost of one guess: 46 MiB and three passes, about 100 ms of one core here (2026-11). Three times what OWASP's
 * first choice for argon2id costs (Password Storage, 2025: 46 MiB and one pass).
 */
const COST = { memory: 47_104, passes: 3, parallelism: 1 } as const;

/** Hashes at once. Ours: of two cores one is left to everybody else. */
const AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));

/** Those who may wait for a turn. Ours: three seconds of work; beyond it a flood is told to come back. */
const MAX_WAITING = 32 * AT_ONCE;

/**
 * Sign-ins at work at once, and those that may wait for that. Ours: few hold connections to the database while a hash is
 * made, and all together are fewer than may wait for one, so that who changes a password finds room in a flood of them.
 */
const SIGN_INS_AT_ONCE = 3 * AT_ONCE;
const MAX_SIGN_INS_WAITING = 21 * AT_ONCE;

/** When one who found no room comes again, in s. Ours: what waits has had its turn by then. */
const RETRY_S = 3;

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export interface Passwords {
  /** A PHC string. `pepper` is a key that the database does not hold: a stolen table alone allows no guessing. */
  hash(password: string, pepper: Buffer): Promise<string>;
  /** Whether the password is the one hashed. Without a hash (no such account) it takes as long and says no. */
  verify(phc: string | undefined, password: string, pepper: Buffer): Promise<boolean>;
  /** Runs a sign-in, unless too many are at it: then it is refused before it has cost anything. */
  admit<Result>(signIn: () => Promise<Result>): Promise<Result>;
}

/** Password hashing on at most half the cores, so that a flood of sign-ins cannot eat the machine. */
export function openPasswords(): Passwords {
  const inTurn = createTurns(AT_ONCE, MAX_WAITING);
  return {
    admit: createTurns(SIGN_INS_AT_ONCE, MAX_SIGN_INS_WAITING),
    hash: (password, pepper) => inTurn(() => hash(password, pepper)),
    verify: (phc, password, pepper) => inTurn(() => verify(phc ?? NOBODYS, password, pepper)),
  };
}

/** Whether a hash was made at a lower cost than today's: made anew at the next sign-in. */
export function isOutdated(phc: string): boolean {
  const [, memory, passes] = PHC.exec(phc) ?? [];
  return Number(memory) < COST.memory || Number(passes) < COST.passes;
}

/** The hash of nothing that anybody can type: what is compared when there is no account. */
const NOBODYS = phcOf(COST, Buffer.alloc(16), Buffer.alloc(32));

async function hash(password: string, pepper: Buffer): Promise<string> {
  const nonce = randomBytes(16);
  return phcOf(COST, nonce, await run({ ...COST, nonce, tagLength: 32, secret: pepper }, password));
}

async function verify(phc: string, password: string, pepper: Buffer): Promise<boolean> {
  const [, memory, passes, parallelism, nonce = "", tag = ""] = PHC.exec(phc) ?? [];
  const wanted = Buffer.from(tag, "base64");
  if (wanted.length !== 32) throw new Error("a stored password hash is not of our form");
  const found = await run(
    {
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      nonce: Buffer.from(nonce, "base64"),
      tagLength: wanted.length,
      secret: pepper,
    },
    password,
  );
  return timingSafeEqual(wanted, found) && phc !== NOBODYS;
}

/** NFC, so that a password typed on another keyboard is the same one, and no other is (NIST SP 800-63B-4, 3.1.1.2). */
function run(parameters: Omit<Argon2Parameters, "message">, password: string): Promise<Buffer> {
  return derive("argon2id", { ...parameters, message: password.normalize("NFC") });
}

function phcOf(cost: typeof COST, nonce: Buffer, tag: Buffer): string {
  const encode = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${encode(nonce)}$${encode(tag)}`;
}

/** Runs work `atOnce` at a time, in order; refuses when more than `maxWaiting` wait already. */
export function createTurns(
  atOnce: number,
  maxWaiting: number,
): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: Array<() => void> = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) throw busy();
      // Whoever ends hands over its turn, so `running` stays as it is.
      await new Promise<void>((resume) => waiting.push(resume));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function busy(): Refusal {
  return new Refusal("unavailable", "identity.busy", { retryAfterSeconds: RETRY_S });
}
