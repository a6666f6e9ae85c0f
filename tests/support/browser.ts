import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "./find-browser.ts";

const run = promisify(execFile);

/**
 * Nothing here loosens what a page may do: web security, site isolation and the process model stay as people have
 * them, or security tests would prove nothing. It only keeps the browser from calling home.
 */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-sync",
  "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
  "--metrics-recording-only",
  "--no-first-run",
  "--no-default-browser-check",
  // Names do not leave this machine, whatever a page asks for.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
];

/**
 * A headless Chromium. Open contexts with `browser.newContext({ ignoreHTTPSErrors: true })` where the certificate is
 * our local one; `locale` and `colorScheme` are the context's, too.
 *
 * The machine may have no font with emoji: compare their text, not their picture. Arabic comes from the font that the
 * console ships.
 */
export async function openBrowser(): Promise<Browser> {
  const { path, env } = await findBrowser();
  const sandbox = await maySandbox();
  return chromium.launch({
    executablePath: path,
    args: sandbox ? QUIET : [...QUIET, "--no-sandbox"],
    chromiumSandbox: sandbox,
    env: { ...process.env, ...env },
  });
}

/** Chromium refuses to sandbox itself as root, and cannot where the machine forbids user namespaces, as containers do. */
async function maySandbox(): Promise<boolean> {
  if (process.getuid?.() === 0) return false;
  return run("unshare", ["--user", "--map-root-user", "true"]).then(
    () => true,
    () => false,
  );
}
