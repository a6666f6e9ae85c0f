import pg from "pg";
import { until } from "../until.ts";
import type { HouseUnderFire } from "./house-under-fire.ts";

/** Lets the leases of all senders run out, as their time would: rounds need not wait for it. */
export async function endLeases(house: HouseUnderFire): Promise<void> {
  const client = await connect(house.databaseUrl("app"));
  try {
    await client.query(
      "update platform_lease set expires_at = clock_timestamp() where name like 'whatsapp.send:%' and expires_at > clock_timestamp()",
    );
  } finally {
    await client.end();
  }
}

/** The database may be on its way back from an earlier round. */
async function connect(connectionString: string): Promise<pg.Client> {
  let client = new pg.Client({ connectionString });
  await until(async () => {
    try {
      client = new pg.Client({ connectionString });
      client.on("error", () => undefined);
      await client.connect();
      return true;
    } catch {
      return false;
    }
  });
  return client;
}
