import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";
import { CONSOLE_DIST } from "../../server/compose.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { readLog } from "../support/attack-rig.ts";
import { openBrowser } from "../support/browser.ts";
import { OWNER_PASSWORD, type RunningWardroom, runWardroom } from "../support/running-wardroom.ts";
import { totpCode } from "../support/test-session.ts";

type Key = keyof typeof english;
type Texts = (key: Key) => string;

const LANGUAGES = ["en", "ar"] as const;
const PASSWORD = "velvet lantern orchard";

let offsetMs = 0;
const now = () => new Date(Date.now() + offsetMs);
/** Past the time in which a factor counts as fresh, and short of that after which a session locks. */
const passFreshness = () => {
  offsetMs += 5 * 60_000;
};
/** Each code counts once. */
const nextCode = (secret: string) => {
  offsetMs += 30_000;
  return totpCode(secret, now());
};

let running: RunningWardroom;
let browser: Browser;
before(async () => {
  await buildConsoleIfStale();
  running = await runWardroom({ clock: now, consoleDist: CONSOLE_DIST });
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await running[Symbol.asyncDispose]();
});

for (const language of LANGUAGES) {
  const texts = (language === "en" ? english : arabic) as Readonly<Record<Key, unknown>>;
  const t: Texts = (key) => String(texts[key]);

  test(`an invited person enrols a passkey, signs in with it, and confirms an act with it (${language})`, async () => {
    await using visit = await openVisit(language);
    const { page, faults } = visit;
    const setPresence = await giveAuthenticator(page);
    const email = `passkey.${language}@marsahome.example`;
    await acceptWithPasskey(page, t, email);
    await page.waitForURL(/\/inbox\//);

    // The page suggests a passkey, too: its person is away until they press the button, or they sign in before they do.
    await setPresence(false);
    await signOut(page, t);
    await setPresence(true);
    await page.getByRole("button", { name: t("signIn.withPasskey") }).click();
    await page.waitForURL(/\/inbox\//);
    await page.waitForLoadState("networkidle");

    await page.goto(`${running.url}/profile`);
    await page.getByText(t("factors.onOneDevice")).waitFor();
    passFreshness();
    await page.getByRole("button", { name: t("profile.newCodes") }).click();
    await page.getByRole("button", { name: t("profile.makeCodes") }).click();
    await page.getByText(t("stepUp.words")).waitFor();
    await page.getByRole("button", { name: t("factor.usePasskey") }).click();
    await page.getByLabel(t("factor.codesKept")).check();
    assert.equal(
      await page.getByRole("button", { name: t("devices.endOthers") }).count(),
      0,
      "there is none",
    );
    await page.getByRole("button", { name: t("common.done") }).click();

    await setPresence(false);
    await page.context().clearCookies();
    await page.goto(`${running.url}/sign-in`);
    await typePassword(page, t, email);
    await page.getByText(t("factor.passkeyAsk")).waitFor();
    await setPresence(true);
    await page.getByRole("button", { name: t("factor.usePasskey") }).click();
    await page.waitForURL(/\/inbox\//);
    assert.equal(await page.locator("html").getAttribute("dir"), language === "ar" ? "rtl" : "ltr");
    assert.deepEqual(faults, [], "the browser reported nothing that went wrong");
    const kinds = (await readLog(running)).map(({ kind, detail }) =>
      `${kind} ${detail["factor"] ?? ""}`.trim(),
    );
    for (const kind of ["identity.signed_in passkey", "identity.factor_proved passkey"])
      assert.ok(kinds.includes(kind), kind);
  });

  test(`a code of the app signs in and confirms an act in place, a new passkey offers to end all other sessions, is named and removed, and a recovery code signs in (${language})`, async () => {
    await using visit = await openVisit(language);
    const { page, faults } = visit;
    const { email, totpSecret, recoveryCodes } = running.made.owner;
    // The console takes the language of who is signed in.
    assert.equal((await running.owner.api("PATCH", "/me", { language })).status, 200);
    await page.goto(`${running.url}/sign-in`);
    await typePassword(page, t, email, OWNER_PASSWORD);
    await typeCode(page, t, totpSecret);
    await page.getByRole("button", { name: t("signIn.signIn"), exact: true }).click();
    await page.waitForURL(/\/inbox\//);

    passFreshness();
    const setPresence = await giveAuthenticator(page);
    await page.goto(`${running.url}/profile`);
    await page.getByRole("button", { name: t("factors.addPasskey") }).click();
    await page.getByText(t("stepUp.words")).waitFor();
    await typeCode(page, t, totpSecret);
    await page.getByRole("button", { name: t("stepUp.confirm") }).click();
    await page.getByText(t("factors.onOneDevice")).waitFor();
    await page.getByRole("button", { name: t("devices.endOthers") }).click();
    await page.getByText(t("devices.othersEnded")).waitFor();
    assert.equal((await running.owner.api("GET", "/session")).body.code, "session.none");
    await running.owner.post("/session", { email, password: OWNER_PASSWORD });
    await running.owner.post("/session/factor", { totp: nextCode(totpSecret) });

    const key = page.getByRole("listitem").filter({ hasText: t("factors.onOneDevice") });
    const act = async (item: Key) => {
      await key.getByRole("button").click();
      await page.getByRole("menuitem", { name: t(item) }).click();
    };
    await act("factors.rename");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: t("factors.name") }).fill("Blue key");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await key.getByText("Blue key").waitFor();
    await page.reload();
    await key.getByText("Blue key").waitFor();
    await act("factors.remove");
    await dialog.getByRole("button", { name: t("factors.remove") }).click();
    await key.waitFor({ state: "detached" });
    const { factors } = await running.owner.get("/me/factors");
    assert.deepEqual(
      factors.map(({ kind }: { kind: string }) => kind),
      ["totp"],
    );

    await setPresence(false);
    await page.context().clearCookies();
    await page.goto(`${running.url}/sign-in`);
    await typePassword(page, t, email, OWNER_PASSWORD);
    await page.getByRole("button", { name: t("factor.other.recovery_code") }).click();
    const recoveryCode = recoveryCodes[LANGUAGES.indexOf(language)] ?? "";
    await page.getByLabel(t("signIn.recoveryCode")).fill(recoveryCode);
    await page.getByRole("button", { name: t("signIn.signIn"), exact: true }).click();
    await page.waitForURL(/\/inbox\//);
    assert.deepEqual(faults, [], "the browser reported nothing that went wrong");
  });
}

interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly faults: string[];
}

/** A page in one language that notes what the browser complains about. */
async function openVisit(language: (typeof LANGUAGES)[number]): Promise<Visit> {
  const context: BrowserContext = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
    locale: language === "ar" ? "ar-AE" : "en-GB",
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // Answers that say no are not faults of the page.
    const isNetwork = /^(Failed to load resource|WebSocket connection)/.test(message.text());
    if (message.type() === "error" && !isNetwork) faults.push(message.text());
  });
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}

/**
 * A built-in authenticator that verifies its person and says yes at once, also to what the page suggests in a field;
 * returns how to have its person leave and come back.
 */
async function giveAuthenticator(page: Page): Promise<(isThere: boolean) => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return async (enabled) => {
    await devtools.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
  };
}

async function acceptWithPasskey(page: Page, t: Texts, email: string): Promise<void> {
  const { owner, url, made } = running;
  // The Owner's own proof may have aged in an earlier journey.
  await owner.post("/session/factor", { totp: nextCode(made.owner.totpSecret) });
  const { link } = await owner.post("/invitations", { name: "Lina", role: "agent" });
  await page.goto(`${url}/invitation${new URL(link).hash}`);
  await page.getByLabel(t("setup.email")).fill(email);
  const password = page.locator('input[autocomplete="new-password"]');
  await password.fill("password12345");
  await page.getByText(t("password.weak")).waitFor();
  await page.getByText(t("password.warning.similarToCommon")).waitFor();
  await password.fill(PASSWORD);
  await page.getByText(t("password.strong")).waitFor();
  await page.getByRole("button", { name: t("common.continue") }).click();
  assert.equal(
    await page.getByRole("radio", { name: t("factor.passkey") }).getAttribute("aria-checked"),
    "true",
  );
  await page.getByLabel(t("factor.codesKept")).check();
  await page.getByRole("button", { name: t("invitation.accept") }).click();
}

async function signOut(page: Page, t: Texts): Promise<void> {
  await page.goto(`${running.url}/profile`);
  await page
    .getByRole("button", { name: t("shell.signOut") })
    .first()
    .click();
  await page.getByRole("button", { name: t("signIn.withPasskey") }).waitFor();
}

async function typePassword(page: Page, t: Texts, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel(t("setup.email")).fill(email);
  await page.locator('input[autocomplete="current-password"]').fill(password);
  await page.getByRole("button", { name: t("common.continue") }).click();
}

/** Where the person has a passkey, it is offered first. */
async function typeCode(page: Page, t: Texts, secret: string): Promise<void> {
  const code = page.getByLabel(t("factor.code"));
  const other = page.getByRole("button", { name: t("factor.other.totp") });
  await code.or(other).first().waitFor();
  if (!(await code.isVisible())) await other.click();
  await code.fill(nextCode(secret));
}
