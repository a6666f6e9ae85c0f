import pg from "pg";
import { until } from "../until.ts";

/**
 * Rows of one query, on a connection of its own. A database that is on its way back from an earlier round is asked again
 * until it answers: what is asked must do no harm twice.
 */
export async function askDatabase<Row extends pg.QueryResultRow>(url: string, query: string): Promise<Row[]> {
  let rows: Row[] = [];
  await until(async () => {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      rows = (await client.query<Row>(query)).rows;
      return true;
    } catch (error) {
      if (isOfTheQuery(error)) throw error;
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  });
  return rows;
}

/** A mistake in the query itself (SQLSTATE class 42) does not go away. */
function isOfTheQuery(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code?.startsWith("42") === true;
}
