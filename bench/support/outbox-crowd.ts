import { setTimeout as sleep } from "node:timers/promises";
import { LIVE_CHANNEL, readChange } from "../../server/inbox/live/live-change.ts";
import { newId } from "../../server/platform/ids.ts";
import { listen } from "../../server/platform/listen.ts";
import { openLog } from "../../server/platform/log.ts";
import { Secret } from "../../server/platform/secret.ts";
import { inviteMember } from "../../tests/support/invite-member.ts";
import { openSession, type TestSession, totpCode } from "../../tests/support/test-session.ts";
import type { Chat } from "./outbox-queue.ts";

/** Agents at their consoles. Ours: one person may ask 600 times a minute, and 100 clicks a second are 6,000. */
const AGENTS = 15;
const CHATS_EACH = 20;

export interface CrowdOptions {
  readonly port: number;
  readonly authority: string;
  readonly appUrl: string;
  readonly owner: { readonly password: string; readonly totpSecret: string };
}

interface Agent {
  readonly session: TestSession;
  /** Where this one sits, as the trusted proxy says: an address has a limit of its own. */
  readonly headers: Record<string, string>;
  readonly chats: readonly Chat[];
  clicks: number;
}

export interface Clicked {
  /** From the moment the click was due to the commit that accepted its message, in ms. */
  readonly latenciesMs: number[];
  readonly ids: string[];
  readonly errors: number;
}

/** People who click Send: members with sessions and chats of their own, over HTTPS and the real edge. */
export class Crowd implements AsyncDisposable {
  readonly #agents: readonly Agent[];
  readonly #appUrl: string;

  private constructor(agents: readonly Agent[], appUrl: string) {
    this.#agents = agents;
    this.#appUrl = appUrl;
  }

  static async gather(options: CrowdOptions, chats: readonly Chat[]): Promise<Crowd> {
    const door = { port: options.port, authority: { certificate: options.authority } };
    const wardroom = door as Parameters<typeof openSession>[0];
    const owner = openSession(wardroom);
    await owner.post("/session", { email: "huda@marsahome.example", password: options.owner.password });
    await owner.post("/session/factor", { totp: totpCode(options.owner.totpSecret, new Date()) });
    const agents: Agent[] = [];
    for (let n = 0; n < AGENTS; n++) {
      const email = `agent${n}@marsahome.example`;
      const { session } = await inviteMember(wardroom, owner, { name: `Agent ${n}`, role: "agent", email });
      const headers = { "x-forwarded-for": `10.0.0.${n + 1}` };
      const own = chats.slice(n * CHATS_EACH, (n + 1) * CHATS_EACH);
      for (const { id } of own) await expectOk(session, headers, `/conversations/${id}/take`, undefined);
      agents.push({ session, headers, chats: own, clicks: 0 });
    }
    await owner.close();
    return new Crowd(agents, options.appUrl);
  }

  /** `rate` clicks a second for so many seconds, whatever the answers; returns when all their messages are accepted. */
  async click(rate: number, seconds: number): Promise<Clicked> {
    const accepted = new Map<string, number>();
    const seen = new Set<string>();
    await using _ = await listen({
      ...{
        url: new Secret(this.#appUrl),
        channel: LIVE_CHANNEL,
        log: openLog("silent"),
        onGap: () => undefined,
      },
      onPayload: (payload) => {
        // A message is named by the commit that queued it, and then by the one that accepted it.
        for (const { messageId } of readChange(payload)?.messages ?? []) {
          if (seen.has(messageId)) accepted.set(messageId, performance.now());
          seen.add(messageId);
        }
      },
    });
    const begun = performance.now();
    const clicks: Array<Promise<{ id: string; dueAt: number } | undefined>> = [];
    for (let n = 0; n < rate * seconds; n++) {
      const dueAt = begun + (n * 1000) / rate;
      if (dueAt > performance.now()) await sleep(dueAt - performance.now());
      clicks.push(this.#clickOnce(n, dueAt).catch(() => undefined));
    }
    const made = await Promise.all(clicks);
    const known = made.filter((click) => click !== undefined);
    for (let tries = 0; tries < 500 && known.some(({ id }) => !accepted.has(id)); tries++) await sleep(20);
    return {
      ids: known.map(({ id }) => id),
      errors: made.length - known.length + known.filter(({ id }) => !accepted.has(id)).length,
      latenciesMs: known.flatMap(({ id, dueAt }) => {
        const at = accepted.get(id);
        return at === undefined ? [] : [at - dueAt];
      }),
    };
  }

  async #clickOnce(n: number, dueAt: number): Promise<{ id: string; dueAt: number }> {
    const agent = this.#agents[n % this.#agents.length];
    const chat = agent?.chats[agent.clicks++ % CHATS_EACH];
    if (agent === undefined || chat === undefined) throw new Error("nobody is there to click");
    // In a chat of one's own the answers come in the order of the clicks; serials of the queue go on from there.
    chat.serial += 1;
    const body = { kind: "text", clientId: newId<string>(), text: `${chat.index} ${chat.serial}` };
    const { id } = await expectOk(agent.session, agent.headers, `/conversations/${chat.id}/messages`, body);
    return { id, dueAt };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { session } of this.#agents) await session.close();
  }
}

async function expectOk(
  session: TestSession,
  headers: Record<string, string>,
  path: string,
  body: unknown,
): Promise<{ id: string }> {
  const answer = await session.call("POST", `/api/v1${path}`, body, headers);
  if (answer.status !== 200) throw new Error(`POST ${path} answered ${answer.status}`);
  return answer.body as { id: string };
}
