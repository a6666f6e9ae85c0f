import type { WorkspaceVault } from "../../vault/vault.ts";

/** Tokens that one browser carries at the most, one for each member who used it. Ours: a shared desk; the oldest goes. */
export const MAX_DEVICE_TOKENS = 5;

/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The tokens in a browser's cookie, newest first. */
export function readDeviceTokens(cookie: string | undefined): readonly string[] {
  if (cookie === undefined || cookie.length > MAX_DEVICE_TOKENS * 44) return [];
  return cookie.split(".").filter((token) => TOKEN.test(token));
}

/** What the cookie holds from now on. */
export function writeDeviceTokens(tokens: readonly string[]): string {
  return tokens.slice(0, MAX_DEVICE_TOKENS).join(".");
}

export function hashDeviceToken(installation: WorkspaceVault, token: string): Buffer {
  return installation.hash("token", `device:${token}`);
}
