import { chmodSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { StartFault } from "./start-fault.ts";

/**
 * Makes the data folder where it is missing, closes it to everybody but us, and returns its real path. A folder that
 * belongs to somebody else is refused: whoever owns it could replace what we keep there.
 */
export function makeDataFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const folder = realpathSync(path);
    const { uid, mode } = statSync(folder);
    if (uid !== process.getuid?.()) throw notOurs(folder);
    // The group may pass through where the database runs under an account of its own (postgres/folders.ts).
    if ((mode & 0o767) !== 0o700) chmodSync(folder, 0o700);
    return folder;
  } catch (error) {
    if (error instanceof StartFault) throw error;
    throw new StartFault(
      `The data folder ${path} cannot be made or opened.`,
      "Name another one with WARDROOM_DATA_DIR, or give this one to the account that runs Wardroom.",
      { cause: error },
    );
  }
}

function notOurs(folder: string): StartFault {
  return new StartFault(
    `The data folder ${folder} belongs to another account.`,
    "Start Wardroom as that account, or give it a folder of its own with WARDROOM_DATA_DIR.",
  );
}
