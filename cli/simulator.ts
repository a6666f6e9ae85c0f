import { parseArgs } from "node:util";
import { z } from "zod";
import { readConfig } from "../server/config/config.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import { askServer } from "./ask-server.ts";
import type { Command } from "./command.ts";
import { takeEnvironment } from "./environment.ts";
import { phoneLinks } from "./phone-links.ts";
import { ALONE_OPTIONS, runSimulatorAlone } from "./simulator-alone.ts";

export const simulatorCommand: Command = {
  name: "simulator",
  summary: "a link to the customer's phone, or a simulator alone",
  help: `
Usage: wardroom simulator [--language en|ar] [--demo] [--json]
       wardroom simulator --alone [--port PORT] [--ca FILE] [--control-port PORT] [--seed WORD]
                          [--keep MESSAGES] [--window-open] [--json]

Prints a fresh link to the customer's phone of each simulated number of the server that runs on this data folder. A
link works once, for ten minutes, in one browser on this machine.

  --alone   runs a simulator without Wardroom until it is told to stop, for your own tests: prints its address, app,
            number, access token, phone link, and its control endpoint with the token for it, where faults are switched
            on (docs/simulator.md). It forgets everything at its end.
  --ca      PEM of the authority that signed your callback's certificate
  --seed    what faults by chance are drawn from; with the same word a round can be had again
  --keep    for load tests: so many messages are remembered, nothing is written down
  --window-open   for load tests: messages are taken whether or not the customer has written
  --demo    asks the demo's server`,
  run: simulator,
};

async function simulator(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      alone: { type: "boolean" },
      ...ALONE_OPTIONS,
      language: { type: "string", default: "en" },
      demo: { type: "boolean" },
      json: { type: "boolean" },
    },
  });
  const language = z.enum(["en", "ar"]).safeParse(values.language);
  if (!language.success) throw new StartFault("--language knows en and ar.", "wardroom simulator --help");
  if (values.alone) return runSimulatorAlone({ ...values, language: language.data });
  const config = readConfig(takeEnvironment(values.demo === true));
  const answer = await askServer(config, "simulator.links", { language: language.data });
  if (answer === undefined) {
    throw new StartFault(
      `No Wardroom runs on ${config.dataDir}.`,
      "Start it (wardroom start), then ask again.",
    );
  }
  const { url, phones } = phoneLinks.parse(answer);
  if (values.json) console.log(JSON.stringify({ ok: true, url, phones }));
  else if (phones.length === 0)
    console.log("No simulated number is connected yet: connect one in the console, Numbers.");
  else
    for (const phone of phones)
      console.log(`${phone.businessName}, ${phone.displayPhoneNumber}:\n  ${phone.link}`);
  return 0;
}
