import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Secret } from "../platform/secret.ts";
import { StartFault } from "../platform/start-fault.ts";
import { KEY_BYTES } from "./derive-key.ts";
import { makeKeyFile, notAKeyFile, readKeyFile, refuseInside } from "./key-file.ts";
import { openWithPassphrase, PASSPHRASE_KEY_FILE, sealWithPassphrase } from "./passphrase.ts";
import { LocalRootKey, type RootKeyProvider, type Start } from "./root-key.ts";

/** Where the root key is, as the settings say. */
export type RootKeySettings = {
  readonly path: string;
  /** When given, a key file inside it is refused. */
  readonly dataFolder?: string;
} & (
  | { readonly provider: "file" }
  /** The file holds the root key sealed under a passphrase that is asked for at each start. */
  | { readonly provider: "passphrase"; readonly passphrase: () => Promise<Secret<string>> }
);

const PLAIN_KEY_FILE = z.strictObject({
  format: z.literal("wardroom-root-key/1"),
  provider: z.literal("file"),
  warning: z.string(),
  key: z.base64url().length(43),
});

const KEY_FILE = z.discriminatedUnion("provider", [PLAIN_KEY_FILE, PASSPHRASE_KEY_FILE]);

const WARNING =
  "With this file and the database everything can be read; without it nothing can. Keep a copy in escrow, away from the data.";

/**
 * The root key of the file or passphrase provider, made on a first start if there is none. Throws StartFault.
 *
 * `wanted` is the id of the key that the database names. Where the file holds another one, the key may lie beside it:
 * a change of the root key was cut off after the database had taken the new one (see root-key-files.ts).
 */
export async function openRootKey(
  settings: RootKeySettings,
  start: Start,
  wanted?: string,
): Promise<RootKeyProvider> {
  if (settings.dataFolder !== undefined) await refuseInside(settings.path, settings.dataFolder);
  const found = await findRootKey(settings, settings.path);
  if (found !== undefined && (wanted === undefined || (await found.id()) === wanted)) return found;
  const beside =
    wanted === undefined ? undefined : await findRootKey(settings, nextKeyPath(settings, wanted));
  if (beside !== undefined) return beside;
  if (found !== undefined) return found;
  if (start === "again") throw keyFileMissing(settings.path);
  await makeKeyFile(settings.path, (await newRootKey(settings)).text);
  const made = await findRootKey(settings, settings.path);
  if (made === undefined) throw keyFileMissing(settings.path);
  return made;
}

/** Where the key that comes next lies, named so that no two changes can take each other's for their own. */
export function nextKeyPath({ path }: RootKeySettings, id: string): string {
  return `${path}.next-${id}`;
}

/** The root key in the file at `path`; undefined when there is no such file. Throws StartFault. */
export async function findRootKey(
  settings: RootKeySettings,
  path: string,
): Promise<RootKeyProvider | undefined> {
  const text = await readKeyFile(path);
  if (text === undefined) return undefined;
  const root = await readRoot({ ...settings, path }, text);
  try {
    return new LocalRootKey(settings.provider, root);
  } finally {
    root.fill(0);
  }
}

/** A new root key, and the text of the file that holds it. */
export async function newRootKey(
  settings: RootKeySettings,
): Promise<{ readonly text: string; readonly key: RootKeyProvider }> {
  const root = randomBytes(KEY_BYTES);
  try {
    const file =
      settings.provider === "file"
        ? {
            format: "wardroom-root-key/1",
            provider: "file",
            warning: WARNING,
            key: root.toString("base64url"),
          }
        : await sealWithPassphrase(await settings.passphrase(), root);
    return {
      text: `${JSON.stringify(file, null, 2)}\n`,
      key: new LocalRootKey(settings.provider, root),
    };
  } finally {
    root.fill(0);
  }
}

async function readRoot(settings: RootKeySettings, text: string): Promise<Buffer> {
  const file = parse(settings.path, text);
  if (file.provider !== settings.provider) {
    throw new StartFault(
      `The key file ${settings.path} is of the provider "${file.provider}", but the settings say "${settings.provider}".`,
      "Set WARDROOM_ROOT_KEY_PROVIDER to what the file says.",
    );
  }
  if (file.provider === "file") return Buffer.from(file.key, "base64url");
  if (settings.provider !== "passphrase") throw notAKeyFile(settings.path);
  return openWithPassphrase(await settings.passphrase(), file);
}

/** Keeps the parser's own complaint to itself: it could quote the key. */
function parse(path: string, text: string): z.infer<typeof KEY_FILE> {
  try {
    return KEY_FILE.parse(JSON.parse(text));
  } catch {
    throw notAKeyFile(path);
  }
}

function keyFileMissing(path: string): StartFault {
  return new StartFault(
    `The key file ${path} is missing, and this database was sealed under the key in it.`,
    "Put the file back, from escrow if need be, or set WARDROOM_ROOT_KEY_FILE to where it is. A new key is not made: it would open nothing.",
  );
}
