import { askDatabase } from "./ask-database.ts";
import type { HouseUnderFire } from "./house-under-fire.ts";

/** The messages whose request to Meta was begun and has no answer written down, of all workspaces. */
export async function listUnderWay(house: HouseUnderFire): Promise<string[]> {
  const rows = await askDatabase<{ id: string }>(
    house.databaseUrl("superuser"),
    "select id from whatsapp_outbox where state = 'sending'",
  );
  return rows.map(({ id }) => id);
}
