import { writeFileSync } from "node:fs";
import pg from "pg";
import { testDatabase } from "../tests/support/database.ts";
import { describeSchema } from "./describe-schema.ts";

/** `node bin/pinned-node.mjs tools/dump-schema.ts`: writes db/schema.sql from the migrations as they are now. */
const path = new URL("../db/schema.sql", import.meta.url);
await using database = await testDatabase();
const client = new pg.Client(database.ownerUrl.reveal());
await client.connect();
try {
  writeFileSync(path, await describeSchema(client));
} finally {
  await client.end();
}
console.log("db/schema.sql is written");
