import { z } from "zod";
import type { Wardroom } from "../server/compose.ts";
import type { Config } from "../server/config/config.ts";
import { listWorkspaceIds } from "../server/identity/describe-workspace.ts";
import type { ControlHandler } from "../server/platform/control-socket.ts";
import { narrow } from "../server/platform/database.ts";
import { type KeysStatus, readKeysStatus } from "../server/vault/keys-status.ts";
import type { VaultTables } from "../server/vault/tables.ts";
import { clearRulesInput, clearRulesOf } from "./clear-network-rules.ts";
import { checkDatabase } from "./doctor/check-database.ts";
import { checkKeys } from "./doctor/check-keys.ts";
import { checkMail } from "./doctor/check-mail.ts";
import { checkNumbers } from "./doctor/check-numbers.ts";
import { type KeyRotations, rotateInput } from "./key-rotations.ts";
import { createPhoneLinks, phoneLinksInput } from "./phone-links.ts";
import { recoveryActs } from "./recovery.ts";
import { setUp, setUpInput } from "./set-up.ts";

/** What the command line may ask of a server that runs. Whoever reaches the socket is the operator. */
export function controlHandlers(
  wardroom: Wardroom,
  config: Config,
  rotations: KeyRotations,
): Readonly<Record<string, ControlHandler>> {
  return {
    status: async () => ({
      url: wardroom.url,
      port: wardroom.port,
      simulator: wardroom.simulator?.url ?? null,
    }),
    doctor: async () => [
      ...(await checkDatabase(wardroom.foundation.db, {
        builtIn: wardroom.foundation.builtInPostgres,
        now: wardroom.rooms.inbox.clock,
      })),
      ...checkKeys(await keysStatus(wardroom)),
      ...(await checkNumbers(wardroom, config)),
      await checkMail(config.smtp, wardroom.rooms.mailer),
    ],
    "simulator.links": async (params) => createPhoneLinks(wardroom, phoneLinksInput.parse(params)),
    setup: async (params) => setUp(wardroom, config, setUpInput.parse(params)),
    "keys.status": async (params) => {
      z.undefined().or(z.null()).parse(params);
      return keysStatus(wardroom);
    },
    "keys.rotate": async (params) => rotations.start(rotateInput.parse(params)),
    ...recoveryActs(wardroom.rooms.identity, config),
    "keys.rotation": async () => rotations.report,
    "network_rules.clear": async (params) => clearRulesOf(wardroom, clearRulesInput.parse(params)),
  };
}

async function keysStatus({ foundation, rooms }: Wardroom): Promise<KeysStatus> {
  return readKeysStatus({
    db: narrow<VaultTables>(foundation.db),
    vault: foundation.vault,
    workspaceIds: await listWorkspaceIds(rooms.identity),
    bundleFolder: foundation.keyBundleDir,
    rootKey: foundation.rootKey,
    now: rooms.inbox.clock(),
  });
}
