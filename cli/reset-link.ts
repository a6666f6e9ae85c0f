import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { readConfig } from "../server/config/config.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import type { Command } from "./command.ts";
import { takeEnvironment } from "./environment.ts";
import { askForResetLink, resetLinkInput } from "./recovery.ts";

export const resetLinkCommand: Command = {
  name: "reset-link",
  summary: "print a link by which somebody chooses a new password",
  help: `
Usage: wardroom reset-link EMAIL [--demo] [--json]

Prints a link that works once, for 10 minutes, and asks for the person's second factor before it takes a new password.
Make sure whom you give it to. It is for where no SMTP is set; otherwise people ask for one on the sign-in page. That it
was made is written into the log. Works with and without a running server.

  --json  { "ok": true, "link", "expiresAt" }`,
  run: resetLink,
};

async function resetLink(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { demo: { type: "boolean" }, json: { type: "boolean" } },
    allowPositionals: true,
  });
  const asked = resetLinkInput.safeParse({ email: positionals[0] });
  if (!asked.success || positionals.length !== 1)
    throw new StartFault("reset-link needs one e-mail address.", "wardroom reset-link name@example.com");
  const config = readConfig(takeEnvironment(values.demo === true));
  requireDataFolder(config.dataDir);
  const { link, expiresAt } = await askForResetLink(config, asked.data.email);
  if (values.json) console.log(JSON.stringify({ ok: true, link, expiresAt }));
  else console.log(`${link}\nIt works once, until ${expiresAt}, with this person's second factor.`);
  return 0;
}

/** Only `start` and `setup` make one. */
export function requireDataFolder(dataDir: string): void {
  if (existsSync(dataDir)) return;
  throw new StartFault(`There is no data folder ${dataDir}.`, "Set WARDROOM_DATA_DIR to where it is.");
}
