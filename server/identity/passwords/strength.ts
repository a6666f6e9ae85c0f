import { Worker } from "node:worker_threads";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import { openKnownPasswords } from "./known-passwords.ts";

/** Of 0 to 4, as zxcvbn counts: 3 withstands 10^8 guesses (issue 4). */
const LEAST_SCORE = 3;

/**
 * How many characters are judged. Ours: what is long enough to be judged well at this length is not made worse by more,
 * and a judgement takes the cube of the length.
 */
const JUDGED_CHARACTERS = 48;

/** How long the thread and its word lists stay after the last question, in ms. Ours: a form is filled in meanwhile. */
const IDLE_MS = 30_000;

/** Questions that may wait. Ours: some seconds of work. Who asks has an invitation, a set-up or a session. */
const MAX_WAITING = 16;

/** Words that everybody here would think of first. */
const HOUSE_WORDS = ["wardroom", "whatsapp"] as const;

export interface Judgement {
  /** 0 to 4. */
  readonly score: number;
}

export interface StrengthQuestion {
  readonly id: number;
  readonly judged: string;
  /** Words that say something of the person: worth nothing in a password. */
  readonly about: readonly string[];
}

export interface PasswordStrength {
  /**
   * Refuses a password that is known, or easy to guess for who knows `about`: e-mail, name, the workspace's name.
   */
  require(password: Secret<string>, about: readonly string[]): Promise<void>;
  /** Whether it, whole, stands in the list of those that are known: cheap enough for every sign-in. */
  isKnown(password: Secret<string>): Promise<boolean>;
}

/** Judges in a thread that is started by the first question and ends by itself; what is known needs no thread. */
export function openPasswordStrength(): PasswordStrength {
  const thread = new StrengthThread();
  const isKnown = openKnownPasswords();
  return {
    isKnown: (password) => isKnown(password.reveal()),
    async require(password, about) {
      if (await isKnown(password.reveal())) throw new Refusal("invalid", "identity.password_breached");
      const { score } = await thread.ask(password.reveal(), [...HOUSE_WORDS, ...about]);
      if (score < LEAST_SCORE) throw new Refusal("invalid", "identity.password_weak");
    },
  };
}

interface Waiting {
  readonly resolve: (judgement: Judgement) => void;
  readonly reject: (error: Error) => void;
}

class StrengthThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last = 0;
  readonly #waiting = new Map<number, Waiting>();

  ask(password: string, about: readonly string[]): Promise<Judgement> {
    if (this.#waiting.size >= MAX_WAITING)
      throw new Refusal("unavailable", "identity.busy", { retryAfterSeconds: 5 });
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    this.#worker.ref();
    const id = ++this.#last;
    // Characters that look alike are judged as one: this is not what is compared at a sign-in.
    const judged = [...password.normalize("NFKC")].slice(0, JUDGED_CHARACTERS).join("");
    const question: StrengthQuestion = { id, judged, about: about.flatMap(partsOf) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker?.postMessage(question);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./strength-worker.ts", import.meta.url), {
      name: "wardroom passwords",
    });
    worker.on("message", ({ id, judgement }: { id: number; judgement: Judgement }) => {
      this.#waiting.get(id)?.resolve(judgement);
      this.#waiting.delete(id);
      if (this.#waiting.size > 0) return;
      // A program that ends does not wait for an idle thread; it does for an answer.
      worker.unref();
      this.#idle = setTimeout(() => this.#end(worker), IDLE_MS).unref();
    });
    worker.on("error", (cause) => this.#fail(worker, cause));
    worker.on("exit", () => this.#fail(worker, new Error("the thread that judges passwords ended")));
    return worker;
  }

  #end(worker: Worker): void {
    if (this.#waiting.size > 0 || this.#worker !== worker) return;
    this.#worker = undefined;
    void worker.terminate();
  }

  #fail(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const error = new Error("a password could not be judged", { cause });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** "ana.salem@shop.example" is also "ana", "salem" and "shop"; what is shorter than three letters says nothing. */
function partsOf(text: string): string[] {
  const folded = text.normalize("NFKC").toLowerCase();
  return [folded, ...folded.split(/[^\p{L}\p{N}]+/u)].filter((part) => part.length > 2).slice(0, 12);
}
