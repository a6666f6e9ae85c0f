import { inWorkspace, narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { claimAccess, type NumberClaim, type NumberCredentials } from "./credentials.ts";
import { disconnectNumber } from "./disconnect-number.ts";
import { asRefusal, inspectNumber, inspectToken, type NumberFacts } from "./inspect-number.ts";
import { keepNumber } from "./keep-number.ts";
import { getNumber, type NumberView } from "./list-numbers.ts";
import type { NumbersRoom } from "./numbers-room.ts";
import { registerCallback } from "./register-callback.ts";

export interface ConnectInput {
  readonly workspaceId: WorkspaceId;
  /** "member:<id>" */
  readonly actor: string;
}

/**
 * Connects a number at Meta: the token is tried, the app listens to the account, then all is kept. Refuses with
 * `whatsapp.scopes_missing` and as `inspectToken`, `inspectNumber` and `keepNumber` do.
 */
export async function connectMetaNumber(
  room: NumbersRoom,
  { credentials, ...by }: ConnectInput & { readonly credentials: NumberCredentials },
): Promise<NumberView> {
  const claim: NumberClaim = { ...by, host: "meta", baseUrl: room.hosts.meta, credentials };
  const number = await keep(room, claim, await proveClaim(room, claim));
  room.onConnected?.(by.workspaceId);
  return number;
}

/** Connects a new number of the built-in simulator. Refuses with `whatsapp.simulator_off` where none runs. */
export async function connectSimulatorNumber(
  room: NumbersRoom,
  { businessName, ...by }: ConnectInput & { readonly businessName: string },
): Promise<NumberView> {
  const { simulator } = room;
  if (simulator === null) throw new Refusal("unavailable", "whatsapp.simulator_off");
  const { appId, appSecret, graphUrl } = simulator;
  const added = await simulator.addNumber(businessName);
  const credentials: NumberCredentials = { appId, appSecret, ...added };
  const claim: NumberClaim = { ...by, host: "simulator", baseUrl: graphUrl, credentials };
  const number = await keep(room, claim, await proveClaim(room, claim));
  try {
    // Only now: the simulator asks our callback for the verify token at once, and that has to be there.
    await registerCallback(room, { workspaceId: by.workspaceId, numberId: number.id, actor: by.actor });
  } catch (error) {
    await disconnectNumber(room, { ...by, numberId: number.id });
    throw error;
  }
  room.onConnected?.(by.workspaceId);
  return number;
}

async function proveClaim(room: NumbersRoom, claim: NumberClaim): Promise<NumberFacts> {
  const { missingScopes } = await inspectToken(room.graph, claim);
  if (missingScopes.length > 0) throw new Refusal("invalid", "whatsapp.scopes_missing");
  const facts = await inspectNumber(room.graph, claim);
  // Before the number is kept: repeating it changes nothing, and a number that hears nothing is not connected.
  await room.graph
    .call(claimAccess(claim), {
      method: "POST",
      path: "/{waba}/subscribed_apps",
      ids: { waba: claim.credentials.wabaId },
      actor: claim.actor,
    })
    .catch((error: unknown) => {
      throw asRefusal(error);
    });
  return facts;
}

async function keep(room: NumbersRoom, claim: NumberClaim, facts: NumberFacts): Promise<NumberView> {
  const { workspaceId } = claim;
  const vault = await room.vault.openWorkspace(workspaceId);
  const now = room.clock();
  const number = await inWorkspace(room.db, workspaceId, async (tx) => {
    const numberId = await keepNumber(narrow(tx), { vault, audit: room.audit }, { claim, facts, now });
    return getNumber(narrow(tx), vault, numberId);
  });
  room.appSecrets.forget(claim.credentials.appId);
  room.wakeSender(workspaceId);
  return number;
}
