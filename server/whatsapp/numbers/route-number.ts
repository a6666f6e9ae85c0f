import { sql } from "kysely";
import type { Db } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";

export interface NumberRoute {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly workspaceId: WorkspaceId;
  readonly numberId: string;
}

/** Whose numbers these are, by Meta's id. Needs no workspace: the routing table holds ids only. */
export async function routeNumbers(
  db: Db<WhatsappTables>,
  phoneNumberIds: readonly string[],
): Promise<ReadonlyMap<string, NumberRoute>> {
  const { rows } = await sql<Row>`
    select phone_number_id, waba_id, workspace_id, number_id from whatsapp_number_route
    where phone_number_id = any(${phoneNumberIds})`.execute(db);
  return new Map(rows.map((row) => [row.phone_number_id, routeOf(row)]));
}

/** Whose accounts these are. An account whose numbers are in several workspaces leads to each of them. */
export async function routeWabas(
  db: Db<WhatsappTables>,
  wabaIds: readonly string[],
): Promise<ReadonlyMap<string, readonly NumberRoute[]>> {
  const { rows } = await sql<Row>`
    select phone_number_id, waba_id, workspace_id, number_id from whatsapp_number_route
    where waba_id = any(${wabaIds}) order by phone_number_id`.execute(db);
  return Map.groupBy(rows.map(routeOf), ({ wabaId }) => wabaId);
}

interface Row {
  phone_number_id: string;
  waba_id: string;
  workspace_id: string;
  number_id: string;
}

function routeOf(row: Row): NumberRoute {
  return {
    phoneNumberId: row.phone_number_id,
    wabaId: row.waba_id,
    workspaceId: row.workspace_id as WorkspaceId,
    numberId: row.number_id,
  };
}
