import { argon2, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import type { Secret } from "../platform/secret.ts";
import { StartFault } from "../platform/start-fault.ts";
import { KEY_BYTES, takeKey } from "./derive-key.ts";
import { unwrapKey, wrapKey } from "./wrap-key.ts";

const SALT_BYTES = 16;

/** The cost and the salt are bound without being named: others stretch the passphrase to another key. */
const ASSOCIATED = Buffer.from("wardroom/passphrase/v1");

/** RFC 9106, section 4, second recommended option: 3 passes over 64 MiB in 4 lanes. About 0.4 s, once per start. */
const COST = { memoryKiB: 64 * 1024, passes: 3, lanes: 4 };

/** Ours: shorter ones fall to guessing even at this cost, should the file be stolen. */
const MIN_PASSPHRASE_CHARACTERS = 14;

/** Upper bounds, so that a changed file cannot make a start eat the machine. */
export const PASSPHRASE_KEY_FILE = z.strictObject({
  format: z.literal("wardroom-root-key/1"),
  provider: z.literal("passphrase"),
  argon2id: z.strictObject({
    memoryKiB: z
      .int()
      .min(8)
      .max(4 * 1024 * 1024),
    passes: z.int().min(1).max(64),
    lanes: z.int().min(1).max(64),
    salt: z.base64url(),
  }),
  sealedKey: z.base64url(),
});

export type PassphraseKeyFile = z.infer<typeof PASSPHRASE_KEY_FILE>;

/** The root key is random; the passphrase only seals it, and can therefore change. */
export async function sealWithPassphrase(
  passphrase: Secret<string>,
  root: Buffer,
): Promise<PassphraseKeyFile> {
  if ([...passphrase.reveal()].length < MIN_PASSPHRASE_CHARACTERS) {
    throw new StartFault(
      `The passphrase of the root key has fewer than ${MIN_PASSPHRASE_CHARACTERS} characters.`,
      "Choose a longer one, five random words for example, and keep it in escrow.",
    );
  }
  const argon2id = { ...COST, salt: randomBytes(SALT_BYTES).toString("base64url") };
  const sealed = wrapKey(await stretch(passphrase, argon2id), root, ASSOCIATED);
  return {
    format: "wardroom-root-key/1",
    provider: "passphrase",
    argon2id,
    sealedKey: sealed.toString("base64url"),
  };
}

export async function openWithPassphrase(
  passphrase: Secret<string>,
  file: PassphraseKeyFile,
): Promise<Buffer> {
  const key = await stretch(passphrase, file.argon2id);
  try {
    return unwrapKey(key, Buffer.from(file.sealedKey, "base64url"), ASSOCIATED);
  } catch {
    throw new StartFault(
      "The passphrase does not open the root key.",
      "Enter the passphrase that was chosen at the first start; spaces and capitals count.",
    );
  }
}

async function stretch(passphrase: Secret<string>, cost: PassphraseKeyFile["argon2id"]): Promise<KeyObject> {
  // One composition of accents: the same passphrase typed on another keyboard is the same bytes.
  const message = Buffer.from(passphrase.reveal().normalize("NFKC"));
  const bytes = await promisify(argon2)("argon2id", {
    message,
    nonce: Buffer.from(cost.salt, "base64url"),
    memory: cost.memoryKiB,
    passes: cost.passes,
    parallelism: cost.lanes,
    tagLength: KEY_BYTES,
  });
  message.fill(0);
  return takeKey(bytes);
}
