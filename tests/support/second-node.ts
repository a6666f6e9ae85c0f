import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seatOf } from "../../server/compose/simulator-seat.ts";
import { compose, type Wardroom } from "../../server/compose.ts";
import { openLog } from "../../server/platform/log.ts";
import { freePort } from "./free-port.ts";
import type { RunningWardroom } from "./running-wardroom.ts";

/** Another Wardroom on the same database and root key, with a data folder of its own: a second machine of the same house. */
export async function runSecondNode({
  config,
  wardroom,
}: Pick<RunningWardroom, "config" | "wardroom">): Promise<Wardroom> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "wardroom-second-"));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  if (wardroom.simulator === undefined) throw new Error("the first one has no simulator");
  const second = opened.use(
    await compose({
      config: { ...config, dataDir: join(folder, "data"), port: await freePort() },
      simulator: seatOf(wardroom.simulator),
      log: openLog("error"),
    }),
  );
  const rest = opened.move();
  return { ...second, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}
