import { Refusal } from "../server/platform/refusal.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import type { Command } from "./command.ts";
import { doctorCommand } from "./doctor.ts";
import { keysCommand } from "./keys.ts";
import { networkRulesCommand } from "./network-rules.ts";
import { recoverOwnerCommand } from "./recover-owner.ts";
import { resetLinkCommand } from "./reset-link.ts";
import { setupCommand } from "./setup.ts";
import { simulatorCommand } from "./simulator.ts";
import { startCommand } from "./start.ts";

const COMMANDS: readonly Command[] = [
  startCommand,
  setupCommand,
  doctorCommand,
  keysCommand,
  resetLinkCommand,
  recoverOwnerCommand,
  networkRulesCommand,
  simulatorCommand,
];

process.exitCode = await run(process.argv.slice(2));

async function run([name, ...args]: readonly string[]): Promise<number> {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const asked = name === undefined || name === "help" || name === "--help";
    const print = asked ? console.log : console.error;
    if (!asked) print(`There is no command "${name}".\n`);
    print(overview());
    return asked ? 0 : 2;
  }
  if (args.includes("--help")) {
    console.log(command.help.trim());
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    return explain(usageFault(error, command) ?? refusalFault(error) ?? error, args.includes("--json"));
  }
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  const lines = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `Usage: wardroom COMMAND [--json]\n\n${lines.join("\n")}\n\nwardroom COMMAND --help says more.`;
}

/** An option that a command does not know is the person's to mend. */
function usageFault(error: unknown, { name }: Command): StartFault | undefined {
  const isUsage =
    error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  return isUsage
    ? new StartFault(`${error.message}.`, `wardroom ${name} --help says what it takes.`)
    : undefined;
}

/** The same words whether a running server refused or this process did. */
function refusalFault(error: unknown): StartFault | undefined {
  if (!(error instanceof Refusal)) return undefined;
  return new StartFault(`Wardroom refused: ${error.code}.`, "docs/errors.md says what the code means.");
}

/** A fault that a person can mend is a sentence and its fix; anything else is a bug and shows where it is. */
function explain(error: unknown, json: boolean): number {
  if (!(error instanceof StartFault)) throw error;
  if (json) console.log(JSON.stringify({ ok: false, fault: error.message, fix: error.fix }));
  else console.error(`${error.message}\n${error.fix}`);
  return 1;
}
