import type { Command } from "./command.ts";

export const startCommand: Command = {
  name: "start",
  summary: "run Wardroom here",
  help: `
Usage: wardroom start [--demo] [--json]

Runs Wardroom in the foreground until it is told to stop (Ctrl C, SIGTERM). The first start makes the data folder,
the database and a certificate, and prints a one-time code for the set-up in the browser.

  --demo   a sample business in a data folder of its own, on this machine only; prints its logins once
  --json   the log as JSON lines, and the address and code as one JSON object`,
  // What runs a server takes a second to load: no other command waits for it.
  run: async (args) => (await import("./start-server.ts")).startServer(args),
};
