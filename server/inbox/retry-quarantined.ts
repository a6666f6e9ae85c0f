import { narrow } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import { readWebhook } from "../whatsapp/inbound/read-webhook.ts";
import { routeNumbers } from "../whatsapp/numbers/route-number.ts";
import {
  decideQuarantined,
  openQuarantined,
  type QuarantineRow,
} from "../whatsapp/quarantine/read-quarantine.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import type { IngestPart } from "./ingest/part.ts";
import { takeIn } from "./ingest/take-in.ts";
import { announce } from "./live/live-change.ts";
import { type Act, record } from "./room.ts";

/**
 * Takes an update out of quarantine and in, if it can be placed now: its signature was checked when it came. Its age
 * does not count any more, because a person has looked. Refuses with `quarantine.still_unreadable` or
 * `quarantine.still_unknown_number`, and then nothing has changed.
 */
export async function retryQuarantined(act: Act, id: string): Promise<QuarantineRow> {
  const { tx, vault, actor, now, room } = act;
  const whatsapp = narrow<WhatsappTables>(tx);
  const { row, raw } = await openQuarantined(whatsapp, vault, id, { lock: true });
  if (row.state !== "held") throw new Refusal("conflict", "quarantine.decided");

  const parts = await partsOf(act, row, raw);
  await takeIn(tx, { vault, audit: room.audit, now, webhookTimes: new Map(), acceptsAnyAge: true }, parts);
  const decided = await decideQuarantined(whatsapp, vault, {
    id,
    state: "retried",
    memberId: actor.memberId,
    now,
  });
  await record(act, { kind: "quarantine.retried", subject: `quarantine:${id}` });
  await announce(tx, { workspaceId: actor.workspaceId, things: ["quarantine"] });
  return decided;
}

/** Gives an update up. It stays sealed until retention takes it. */
export async function dropQuarantined(act: Act, id: string): Promise<QuarantineRow> {
  const { tx, vault, actor, now } = act;
  const whatsapp = narrow<WhatsappTables>(tx);
  const { row } = await openQuarantined(whatsapp, vault, id, { lock: true });
  if (row.state !== "held") throw new Refusal("conflict", "quarantine.decided");
  const decided = await decideQuarantined(whatsapp, vault, {
    id,
    state: "dropped",
    memberId: actor.memberId,
    now,
  });
  await record(act, { kind: "quarantine.dropped", subject: `quarantine:${id}` });
  await announce(tx, { workspaceId: actor.workspaceId, things: ["quarantine"] });
  return decided;
}

async function partsOf({ tx, actor }: Act, row: QuarantineRow, raw: Buffer): Promise<IngestPart[]> {
  const reading = readWebhook(raw);
  if (!reading.readable) throw new Refusal("conflict", "quarantine.still_unreadable");
  if (reading.groups.some((group) => group.updates.some((update) => update.kind === "faulty"))) {
    throw new Refusal("conflict", "quarantine.still_unreadable");
  }
  const routes = await routeNumbers(
    narrow<WhatsappTables>(tx),
    reading.groups.flatMap((group) => group.phoneNumberId ?? []),
  );
  return reading.groups.map((group) => {
    const route = group.phoneNumberId === null ? undefined : routes.get(group.phoneNumberId);
    const ours = route?.workspaceId === actor.workspaceId && route.wabaId === group.wabaId;
    if (group.phoneNumberId !== null && !ours)
      throw new Refusal("conflict", "quarantine.still_unknown_number");
    return {
      workspaceId: actor.workspaceId,
      appId: row.app_id,
      wabaId: group.wabaId,
      phoneNumberId: group.phoneNumberId,
      numberId: route?.numberId ?? null,
      updates: group.updates,
    };
  });
}
