import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "../../server/config/config.ts";
import { listKeyBundles } from "../../server/vault/key-bundle.ts";
import { readKeyFile, refuseInside } from "../../server/vault/key-file.ts";
import { attention, type Finding, failing, lookAt, ok } from "./finding.ts";

const GIB = 1024 ** 3;

/** Free space in bytes. Ours: below the first PostgreSQL may stop within a day, below the second a month is short. */
const FAILING_FREE = 1 * GIB;
const ATTENTION_FREE = 5 * GIB;

/** The bundle is written daily; two days are a missed one and some. */
const BUNDLE_MAX_AGE_MS = 48 * 60 * 60 * 1000;

/** What can be seen from the files alone, with or without a server. Changes and makes nothing. */
export async function checkFiles(config: Config, now: Date): Promise<Finding[]> {
  const findings = [await checkDataFolder(config), await checkKeyFile(config), await checkDisk(config)];
  if (existsSync(config.dataDir)) findings.push(await checkKeyBundle(config, now));
  return findings;
}

function checkDataFolder({ dataDir }: Config): Finding {
  const check = "data folder";
  if (!existsSync(dataDir)) {
    return attention(check, `There is no data folder ${dataDir} yet.`, "wardroom start makes it.");
  }
  const { uid, mode } = statSync(dataDir);
  if (uid !== process.getuid?.()) {
    return failing(
      check,
      `The data folder ${dataDir} belongs to another account (uid ${uid}).`,
      "Run this as the account that runs Wardroom, or give it the folder with chown -R.",
    );
  }
  // The group may pass through where the database runs under an account of its own.
  if ((mode & 0o067) !== 0) {
    return failing(
      check,
      `The data folder ${dataDir} is open to other accounts (mode ${(mode & 0o777).toString(8)}).`,
      `Run: chmod 700 ${dataDir}.`,
    );
  }
  return ok(check, `${dataDir} is closed to other accounts.`);
}

async function checkKeyFile({ rootKey, dataDir }: Config): Promise<Finding> {
  const check = "key file";
  return lookAt(check, async () => {
    await refuseInside(rootKey.file, dataDir);
    if ((await readKeyFile(rootKey.file)) !== undefined) {
      return ok(check, `${rootKey.file} is readable by its account alone and outside of the data folder.`);
    }
    return existsSync(dataDir)
      ? failing(
          check,
          `The key file ${rootKey.file} is missing.`,
          "Put it back, from escrow if need be, or set WARDROOM_ROOT_KEY_FILE to where it is.",
        )
      : attention(check, `There is no key file ${rootKey.file} yet.`, "wardroom start makes it.");
  });
}

async function checkDisk({ dataDir }: Config): Promise<Finding> {
  const check = "disk";
  const { bavail, bsize } = await statfs(existingParent(dataDir));
  const free = bavail * bsize;
  const sentence = `${(free / GIB).toFixed(1)} GiB are free for ${dataDir}.`;
  if (free >= ATTENTION_FREE) return ok(check, sentence);
  const fix = "Free some space or move the data folder to a larger disk.";
  return free < FAILING_FREE ? failing(check, sentence, fix) : attention(check, sentence, fix);
}

function existingParent(path: string): string {
  return existsSync(path) ? path : existingParent(dirname(path));
}

async function checkKeyBundle({ dataDir }: Config, now: Date): Promise<Finding> {
  const check = "key bundle";
  const [newest] = await listKeyBundles(join(dataDir, "key-bundles"));
  const fix = "Let Wardroom run: it writes a bundle every day, and its log says why when it cannot.";
  if (newest === undefined) return attention(check, "No key bundle has been written yet.", fix);
  const hours = Math.floor((now.getTime() - newest.writtenAt.getTime()) / 3_600_000);
  const sentence = `The newest key bundle is ${hours} hours old.`;
  return hours * 3_600_000 > BUNDLE_MAX_AGE_MS ? attention(check, sentence, fix) : ok(check, sentence);
}
