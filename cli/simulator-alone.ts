import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { StartFault } from "../server/platform/start-fault.ts";

/** What `wardroom simulator --alone` knows beside the options of all commands. */
export const ALONE_OPTIONS = {
  port: { type: "string", default: "8444" },
  ca: { type: "string" },
  "control-port": { type: "string", default: "0" },
  seed: { type: "string" },
  keep: { type: "string" },
  "window-open": { type: "boolean" },
} as const;

export interface AloneOptions {
  readonly port: string;
  readonly ca?: string | undefined;
  readonly "control-port": string;
  readonly seed?: string | undefined;
  readonly keep?: string | undefined;
  readonly "window-open"?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly language: "en" | "ar";
}

const port = z.coerce.number().int().min(0).max(65_535);
const keep = z.coerce.number().int().min(1).max(10_000_000);

/** A simulator in this process until a signal ends it; nothing of it stays. Prints how to reach and to control it. */
export async function runSimulatorAlone(options: AloneOptions): Promise<number> {
  const { startSimulator } = await import("../simulator/start-simulator.ts");
  const folder = mkdtempSync(join(tmpdir(), "wardroom-simulator-"));
  const controlToken = randomBytes(24).toString("base64url");
  const { ca, seed } = options;
  try {
    await using simulated = await startSimulator({
      host: "127.0.0.1",
      port: numberOf("--port", port, options.port),
      stateFile: join(folder, "state"),
      stateKey: randomBytes(32),
      control: { port: numberOf("--control-port", port, options["control-port"]), token: controlToken },
      ...(ca === undefined ? {} : { callbackCa: readFileSync(ca, "utf8") }),
      ...(seed === undefined ? {} : { seed }),
      ...(options.keep === undefined
        ? {}
        : { bounds: { keptMessages: numberOf("--keep", keep, options.keep) } }),
      ...(options["window-open"] === true ? { serviceWindow: "always_open" } : {}),
    });
    const number = await simulated.addNumber({ businessName: "Simulated business" });
    const { phoneNumberId } = number;
    const phoneLink = simulated.createPhoneLink({ phoneNumberId, language: options.language });
    const control = { controlUrl: simulated.controlUrl, controlToken, seed: simulated.seed };
    const shown = { url: simulated.url, ...simulated.app, ...number, phoneLink, ...control };
    if (options.json) console.log(JSON.stringify({ ok: true, ...shown }));
    else for (const [name, value] of Object.entries(shown)) console.log(`${name.padEnd(19)} ${value}`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), once(process, "SIGHUP")]);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function numberOf(option: string, schema: z.ZodType<number>, text: string): number {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new StartFault(`${option} is not a number that it can be.`, "wardroom simulator --help");
}
