import type { Clock } from "../../platform/clock.ts";
import type { GraphClient } from "../graph-client.ts";
import type { NumberAccess } from "../numbers/number-access.ts";
import type { OpenRow } from "./claim-rows.ts";
import { type Outcome, outcomeOfAnswer, outcomeOfError } from "./outcome.ts";
import { requestBody } from "./request-body.ts";
import type { SendPayload } from "./send-payload.ts";

/**
 * How old a committed attempt may be when its request starts, in ms. Ours, below the lease's length: a process that
 * slept longer may have been taken for dead, and then a person may be sending the same again.
 */
const FRESH_MS = 10_000;

/** How long WhatsApp shows that we write, in ms. Source: Meta, "Typing indicators" (facts.md, 2.1). */
const TYPING_MS = 25_000;

/** How long a send may take, in ms. Ours: the contact's next message waits for it. */
const SEND_DEADLINE_MS = 30_000;

export interface AttemptTools {
  readonly graph: GraphClient;
  readonly clock: Clock;
}

/** Posts one row whose attempt is committed, and says what came of it. Never throws for what Meta or the wire does. */
export async function postAttempt(
  { graph, clock }: AttemptTools,
  access: NumberAccess,
  row: OpenRow,
  { begunAt, metaMediaIds }: { readonly begunAt: Date; readonly metaMediaIds: ReadonlyMap<string, string> },
): Promise<Outcome> {
  const now = clock();
  if (now.getTime() - begunAt.getTime() > FRESH_MS) {
    return {
      kind: "again",
      failure: { code: null, reason: "unreachable" },
      holds: "contact",
      waitMs: null,
    };
  }
  try {
    const answer = await graph.call(access, {
      method: "POST",
      path: "/{phone}/messages",
      ids: { phone: access.phoneNumberId },
      json: requestBody({ payload: stillTrue(row, now), callbackData: row.id, metaMediaIds }),
      actor: "system:sender",
      deadlineMs: SEND_DEADLINE_MS,
    });
    return outcomeOfAnswer(row.kind, answer);
  } catch (error) {
    return outcomeOfError(error);
  }
}

/** Nobody writes any more when a receipt was held up for long. */
function stillTrue({ payload, createdAt }: OpenRow, now: Date): SendPayload {
  if (payload.kind !== "read_receipt") return payload;
  return { ...payload, typing: payload.typing && now.getTime() - createdAt.getTime() < TYPING_MS };
}
