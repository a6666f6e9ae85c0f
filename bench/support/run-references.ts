import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openLog } from "../../server/platform/log.ts";
import { startPostgres } from "../../server/platform/postgres/start-postgres.ts";
import { Child } from "./child.ts";
import { DOOR } from "./door.ts";
import { holds, runIngest, Traffic } from "./measure-ingest.ts";
import type { ReferenceOrder, ReferenceReport } from "./reference.ts";
import { searchRate } from "./search-rate.ts";

/** A reference keeps nothing that has to be there before. */
const ENDLESS = Number.MAX_SAFE_INTEGER;

/** What a reference server holds in this session, under the certificate of the Wardroom whose data folder this is. */
export async function measureReference(
  name: "floor" | "express",
  options: {
    readonly dataFolder: string;
    readonly authority: string;
    readonly seconds: number;
    readonly batch: number;
    readonly from: number;
    readonly say: (line: string) => void;
  },
): Promise<number> {
  const { dataFolder, authority, seconds, batch, from, say } = options;
  say(`${name}:`);
  const pem = readFileSync(join(dataFolder, "data/tls/server.pem"), "utf8");
  await using postgres = await startPostgres({
    dataDir: join(dataFolder, "reference"),
    log: openLog("error"),
  });
  await using server = new Child<ReferenceOrder, ReferenceReport>(`reference-${name}.ts`);
  server.tell({
    certificate: pem,
    key: pem,
    appSecret: DOOR.appSecret,
    databaseUrl: postgres.urls.owner.reveal(),
  });
  const { port } = await server.hear("ready");
  const traffic = new Traffic(ENDLESS);
  const run = async (rate: number, length: number) => {
    const result = await runIngest({ port, authority }, traffic, { rate, seconds: length, batch });
    return { holds: holds(result), result };
  };
  await run(from / 2, 5); // compiled and warm
  return (await searchRate({ from, run, seconds, say }))?.rate ?? 0;
}
