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

export interface Routes {
  /** By Meta's id of the number. */
  readonly numbers: ReadonlyMap<string, NumberRoute>;
  /** By account; one whose numbers are in several workspaces leads to each of them. */
  readonly accounts: ReadonlyMap<string, readonly NumberRoute[]>;
}

/** Whose these accounts and numbers are, in one round trip: every webhook asks. */
export async function findRoutes(
  db: Db<WhatsappTables>,
  {
    wabaIds,
    phoneNumberIds,
  }: { readonly wabaIds: readonly string[]; readonly phoneNumberIds: readonly string[] },
): Promise<Routes> {
  const { rows } = await sql<Row>`
    select phone_number_id, waba_id, workspace_id, number_id from whatsapp_number_route
    where waba_id = any(${wabaIds}) or phone_number_id = any(${phoneNumberIds})
    order by phone_number_id`.execute(db);
  const routes = rows.map(routeOf);
  return {
    numbers: new Map(routes.map((route) => [route.phoneNumberId, route])),
    accounts: Map.groupBy(routes, ({ wabaId }) => wabaId),
  };
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
