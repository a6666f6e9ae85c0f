import { join } from "node:path";
import { type Simulator, startSimulator } from "../../simulator/start-simulator.ts";
import type { Config } from "../config/config.ts";
import type { Clock } from "../platform/clock.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { Logger } from "../platform/log.ts";
import { Secret } from "../platform/secret.ts";
import { SIMULATOR_STATE } from "../vault/installation-label.ts";
import { listConnectedIds } from "../whatsapp/numbers/list-connected-ids.ts";
import type { SimulatorSeat } from "../whatsapp/numbers/numbers-room.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import type { Foundation } from "./foundation.ts";

/**
 * Starts the built-in simulator where some workspace uses it or has no number yet. It plays Meta's side on this machine
 * only; a workspace with a number at Meta cannot use it, so where all have one it stays off.
 */
export async function startSimulatorIfWanted(
  foundation: Foundation,
  options: {
    readonly config: Config;
    readonly workspaceIds: readonly WorkspaceId[];
    readonly callbackCa: string | undefined;
    readonly clock: Clock;
    readonly log: Logger;
  },
): Promise<Simulator | undefined> {
  if (!(await isWanted(foundation, options.workspaceIds))) return undefined;
  return startSimulator({
    host: "127.0.0.1",
    port: options.config.simulatorPort,
    stateFile: join(foundation.dataDir, "simulator", "state"),
    stateKey: await stateKeyOf(foundation),
    ...(options.callbackCa === undefined ? {} : { callbackCa: options.callbackCa }),
    clock: options.clock,
    log: (line) => options.log.debug(line, "simulator"),
  });
}

/** The first that there was: what the simulator keeps on disk is not sealed anew when the root key is changed. */
async function stateKeyOf({ vault }: Foundation): Promise<Buffer> {
  const [first] = await vault.listEarlierInstallationKeys(SIMULATOR_STATE);
  return first ?? (await vault.deriveInstallationKey(SIMULATOR_STATE));
}

async function isWanted({ db }: Foundation, workspaceIds: readonly WorkspaceId[]): Promise<boolean> {
  if (workspaceIds.length === 0) return true;
  for (const workspaceId of workspaceIds) {
    const atMeta = await inWorkspace(db, workspaceId, (tx) =>
      listConnectedIds(narrow<WhatsappTables>(tx), workspaceId, { host: "meta" }),
    );
    if (atMeta.length === 0) return true;
  }
  return false;
}

/** The simulator as the rooms know it, and the way to its phone. */
export interface SimulatorPlace extends SimulatorSeat {
  createPhoneLink(input: { phoneNumberId: string; language: "en" | "ar" }): Promise<string>;
}

/** The built-in simulator: an origin, an app, and a way to get a number. */
export function seatOf(simulator: Simulator): SimulatorPlace {
  return {
    createPhoneLink: async (input) => simulator.createPhoneLink(input),
    graphUrl: simulator.url,
    appId: simulator.app.appId,
    appSecret: new Secret(simulator.app.appSecret),
    async addNumber(businessName) {
      const { wabaId, phoneNumberId, accessToken } = await simulator.addNumber({ businessName });
      return { wabaId, phoneNumberId, accessToken: new Secret(accessToken) };
    },
  };
}
