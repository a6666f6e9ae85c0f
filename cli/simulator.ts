import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { readConfig } from "../server/config/config.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import { askServer } from "./ask-server.ts";
import type { Command } from "./command.ts";
import { takeEnvironment } from "./environment.ts";
import { phoneLinks } from "./phone-links.ts";

export const simulatorCommand: Command = {
  name: "simulator",
  summary: "a link to the customer's phone, or a simulator alone",
  help: `
Usage: wardroom simulator [--language en|ar] [--demo] [--json]
       wardroom simulator --alone [--port PORT] [--ca FILE] [--json]

Prints a fresh link to the customer's phone of each simulated number of the server that runs on this data folder. A
link works once, for ten minutes, in one browser on this machine.

  --alone   runs a simulator without Wardroom until it is told to stop, for your own tests: prints its address, app,
            number, access token and phone link. It forgets everything at its end.
  --ca      PEM of the authority that signed your callback's certificate, with --alone
  --demo    asks the demo's server`,
  run: simulator,
};

async function simulator(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      alone: { type: "boolean" },
      port: { type: "string", default: "8444" },
      ca: { type: "string" },
      language: { type: "string", default: "en" },
      demo: { type: "boolean" },
      json: { type: "boolean" },
    },
  });
  const language = z.enum(["en", "ar"]).safeParse(values.language);
  if (!language.success) throw new StartFault("--language knows en and ar.", "wardroom simulator --help");
  if (values.alone) return runAlone(values, language.data);
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

async function runAlone(
  {
    port,
    ca,
    json,
  }: { readonly port: string; readonly ca?: string | undefined; readonly json?: boolean | undefined },
  language: "en" | "ar",
): Promise<number> {
  const { startSimulator } = await import("../simulator/start-simulator.ts");
  const folder = mkdtempSync(join(tmpdir(), "wardroom-simulator-"));
  try {
    await using simulated = await startSimulator({
      host: "127.0.0.1",
      port: portOf(port),
      stateFile: join(folder, "state"),
      stateKey: randomBytes(32),
      ...(ca === undefined ? {} : { callbackCa: readFileSync(ca, "utf8") }),
    });
    const number = await simulated.addNumber({ businessName: "Simulated business" });
    const phoneLink = simulated.createPhoneLink({ phoneNumberId: number.phoneNumberId, language });
    const shown = { url: simulated.url, ...simulated.app, ...number, phoneLink };
    if (json) console.log(JSON.stringify({ ok: true, ...shown }));
    else for (const [name, value] of Object.entries(shown)) console.log(`${name.padEnd(19)} ${value}`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), once(process, "SIGHUP")]);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function portOf(text: string): number {
  const port = z.coerce.number().int().min(0).max(65_535).safeParse(text);
  if (port.success) return port.data;
  throw new StartFault("--port is not a port.", "A number from 1 to 65535, or 0 for any that is free.");
}
