import { seedTraffic } from "../../../bench/support/ingest-seed.ts";
import { countMissing } from "../../../bench/support/ingest-verify.ts";
import type { Stretch } from "../../../bench/support/webhook-plan.ts";
import { type SetUpResult, setUp } from "../../../cli/set-up.ts";
import { compose } from "../../../server/compose.ts";
import { readConfig } from "../../../server/config/config.ts";
import type { WorkspaceId } from "../../../server/platform/ids.ts";
import { openLog } from "../../../server/platform/log.ts";
import { Secret } from "../../../server/platform/secret.ts";
import { type Counted, count } from "./count.ts";
import { OWNER_PASSWORD } from "./owner-password.ts";
import type { Seat } from "./peer.ts";

export type ServerOrder =
  | { readonly kind: "set_up" }
  | {
      readonly kind: "seed";
      readonly workspaceId: string;
      readonly numberId: string;
      readonly stretch: Stretch;
    }
  | { readonly kind: "count"; readonly workspaceId: string; readonly groups: number }
  /** Updates of a stretch that were answered 200. */
  | {
      readonly kind: "find_missing";
      readonly workspaceId: string;
      readonly stretch: Stretch;
      readonly updates: readonly number[];
    }
  | { readonly kind: "stop" };

export type ServerReport =
  | { readonly kind: "ready"; readonly appUrl: string }
  | { readonly kind: "set_up"; readonly made: SetUpResult }
  | { readonly kind: "seeded" }
  | { readonly kind: "counted"; readonly counted: Counted }
  | { readonly kind: "missing"; readonly count: number }
  | { readonly kind: "failed"; readonly error: string };

/**
 * A whole Wardroom as `wardroom start` runs it, but that Meta's side runs elsewhere (FIRE_SEAT says where): it has to
 * live on when this process is killed.
 */
const { FIRE_SEAT = "", ...environment } = process.env;
const { graphUrl, appId, appSecret, wabaId, phoneNumberId, accessToken } = JSON.parse(FIRE_SEAT) as Seat;
const config = readConfig(environment);
const wardroom = await compose({
  config,
  log: openLog(config.logLevel),
  simulator: {
    ...{ graphUrl, appId, appSecret: new Secret(appSecret) },
    addNumber: async () => ({ wabaId, phoneNumberId, accessToken: new Secret(accessToken) }),
    createPhoneLink: async () => graphUrl,
  },
});
tell({ kind: "ready", appUrl: wardroom.foundation.appUrl.reveal() });

// Without the one who kills us there is nobody to start us again: we end, and take our PostgreSQL with us.
let isOver = false;
process.once("disconnect", () => void end());

process.on("message", (order: ServerOrder) => {
  obey(order).catch((error: unknown) => tell({ kind: "failed", error: String(error) }));
});

async function obey(order: ServerOrder): Promise<void> {
  switch (order.kind) {
    case "set_up":
      return tell({ kind: "set_up", made: await setUp(wardroom, config, SET_UP) });
    case "seed": {
      const door = { appId, appSecret, wabaId, phoneNumberId };
      const { groups, outgoing = groups, contacts = 1 } = order.stretch;
      await seedTraffic(wardroom, order.workspaceId as WorkspaceId, order.numberId, {
        ...{ door, outgoing, contacts },
      });
      return tell({ kind: "seeded" });
    }
    case "count": {
      const counted = await count(wardroom.foundation, order.workspaceId as WorkspaceId, order.groups);
      return tell({ kind: "counted", counted });
    }
    case "find_missing": {
      const missing = await countMissing(wardroom.foundation, order.workspaceId as WorkspaceId, order);
      return tell({ kind: "missing", count: missing });
    }
    case "stop":
      await end();
      process.disconnect();
  }
}

async function end(): Promise<void> {
  if (isOver) return;
  isOver = true;
  await wardroom[Symbol.asyncDispose]();
}

const SET_UP: Parameters<typeof setUp>[2] = {
  workspace: { name: "Marsa Home", timeZone: "Asia/Dubai" },
  owner: { name: "Huda Salem", email: "huda@marsahome.example", password: OWNER_PASSWORD, language: "en" },
  number: { host: "simulator" },
};

function tell(report: ServerReport): void {
  process.send?.(report);
}
