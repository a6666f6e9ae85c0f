import { askDatabase } from "./ask-database.ts";
import type { HouseUnderFire } from "./house-under-fire.ts";

/** Lets the leases of all senders run out, as their time would: rounds need not wait for it. */
export async function endLeases(house: HouseUnderFire): Promise<void> {
  await askDatabase(
    house.databaseUrl("app"),
    "update platform_lease set expires_at = clock_timestamp() where name like 'whatsapp.send:%' and expires_at > clock_timestamp()",
  );
}
