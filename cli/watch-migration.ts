import type { MigrationWatch } from "../server/compose/foundation.ts";
import { openControlSocket } from "../server/platform/control-socket.ts";
import type { Logger } from "../server/platform/log.ts";
import type { MigrationProgress } from "../server/platform/migrate.ts";
import { Refusal } from "../server/platform/refusal.ts";
import { attention } from "./doctor/finding.ts";

/** While the database is being changed: lines for the terminal, and an answer for `wardroom doctor`. */
export async function watchMigration({
  dataFolder,
  say,
  log,
}: {
  readonly dataFolder: string;
  readonly say: (line: string) => void;
  readonly log: Logger;
}): Promise<MigrationWatch> {
  let sentence = "The database is being brought up to date.";
  const control = await openControlSocket({
    ...{ dataFolder, log },
    handlers: {
      doctor: async () => [
        attention("schema", sentence, "Wait until it is through; stopped, it goes on at the next start."),
      ],
    },
    otherwise: async () => {
      throw new Refusal("unavailable", "platform.migrating");
    },
  });
  return {
    report(progress) {
      sentence = sentenceOf(progress);
      say(sentence);
    },
    [Symbol.asyncDispose]: () => control[Symbol.asyncDispose](),
  };
}

function sentenceOf(progress: MigrationProgress): string {
  if (progress.step === "waiting")
    return "Another Wardroom is bringing the database up to date: waiting for it.";
  const { name, number, of, rows } = progress;
  const how = rows === undefined ? "" : `, ${count(rows.done)} of ${count(rows.total)} rows`;
  return `Bringing the database up to date: ${number} of ${of} (${name})${how}.`;
}

function count(rows: number): string {
  return rows.toLocaleString("en");
}
