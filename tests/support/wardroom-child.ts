import { setUp } from "../../cli/set-up.ts";
import { compose } from "../../server/compose.ts";
import { readConfig } from "../../server/config/config.ts";
import { openLog } from "../../server/platform/log.ts";
import { OWNER_PASSWORD } from "./running-wardroom.ts";

/**
 * A whole Wardroom as a process of its own, configured by the environment, set up with one workspace and a simulated
 * number. Prints one line of JSON when it is ready; ends with its standard input.
 */
const config = readConfig(process.env);
await using wardroom = await compose({ config, log: openLog("error") });
const made = await setUp(wardroom, config, {
  workspace: { name: "Marsa Home", timeZone: "Asia/Dubai" },
  owner: { name: "Huda Salem", email: "huda@marsahome.example", password: OWNER_PASSWORD, language: "en" },
  number: { host: "simulator" },
});
console.log(JSON.stringify({ port: wardroom.port, authority: wardroom.authority?.certificate, made }));
for await (const _ of process.stdin);
