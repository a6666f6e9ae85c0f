import type { Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";

export interface Screen {
  readonly name: string;
  readonly path: string;
  /** Who looks: an agent unless said. */
  readonly role?: "owner" | "admin" | "team_lead" | "agent";
  /** Nobody is signed in. */
  readonly isStranger?: true;
  /** Of the set-up: whether the code was given already. */
  readonly opened?: boolean;
  /** Where a page differs only at some widths. */
  readonly widths?: ReadonlyArray<390 | 1440>;
  /** Brings the page into the state of the picture. */
  readonly prepare?: (page: Page, language: "en" | "ar") => Promise<void>;
}

type Key = keyof typeof english;

/** A text of the console in the language of the picture. */
function say(language: "en" | "ar", key: Key): string {
  return String((language === "ar" ? arabic : english)[key]);
}

const click = (key: Key) => async (page: Page, language: "en" | "ar") => {
  await page
    .getByRole("button", { name: say(language, key) })
    .first()
    .click();
};

async function toOwner(page: Page, language: "en" | "ar"): Promise<void> {
  await page.getByLabel(say(language, "setup.workspaceName")).fill("Marsa Home");
  await click("common.continue")(page, language);
  await page.getByLabel(say(language, "setup.name")).waitFor();
}

async function toFactor(page: Page, language: "en" | "ar"): Promise<void> {
  await toOwner(page, language);
  await page.getByLabel(say(language, "setup.name")).fill("Huda Salem");
  await page.getByLabel(say(language, "setup.email")).fill("huda@marsahome.example");
  await page.locator('input[autocomplete="new-password"]').fill("correct horse battery");
  await click("common.continue")(page, language);
  await page.getByText(say(language, "factor.codesTitle")).waitFor();
}

async function toWeakPassword(page: Page, language: "en" | "ar"): Promise<void> {
  await toOwner(page, language);
  await page.getByLabel(say(language, "setup.email")).fill("huda@marsahome.example");
  await page.locator('input[autocomplete="new-password"]').fill("marsahome2026");
  await page.getByText(say(language, "password.weak")).waitFor();
}

async function toApp(page: Page, language: "en" | "ar"): Promise<void> {
  await toFactor(page, language);
  await page.getByRole("radio", { name: say(language, "factor.totp") }).click();
  await page.getByText(say(language, "factor.scanTitle")).waitFor();
}

/** A password that is right, of somebody who has everything: the server's answer is made here. */
async function toProof(page: Page, language: "en" | "ar"): Promise<void> {
  await page.route("**/api/v1/session", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ json: { state: "factor_needed", factors: ["passkey", "totp", "recovery_code"] } })
      : route.continue(),
  );
  await page.getByLabel(say(language, "setup.email")).fill("huda@marsahome.example");
  await page.locator('input[autocomplete="current-password"]').fill("correct horse battery");
  await click("common.continue")(page, language);
  await page.getByText(say(language, "factor.passkeyAsk")).waitFor();
}

/** As if the factor had been proved too long ago. */
async function toStepUp(page: Page, language: "en" | "ar"): Promise<void> {
  const problem = { type: "urn:wardroom:error:identity.factor_stale", title: "Forbidden", status: 403 };
  await page.route("**/api/v1/me/recovery-codes", (route) =>
    route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      json: { ...problem, code: "identity.factor_stale", requestId: "1" },
    }),
  );
  await click("profile.newCodes")(page, language);
  await click("profile.makeCodes")(page, language);
  await page.getByText(say(language, "stepUp.words")).waitFor();
}

export const PUBLIC_SCREENS: readonly Screen[] = [
  { name: "setup-code", path: "/setup" },
  { name: "setup-workspace", path: "/setup", opened: true },
  { name: "setup-owner", path: "/setup", opened: true, prepare: toOwner },
  { name: "setup-password", path: "/setup", opened: true, prepare: toWeakPassword },
  { name: "setup-factor", path: "/setup", opened: true, prepare: toFactor },
  { name: "setup-app", path: "/setup", opened: true, prepare: toApp },
];

async function toMeta(page: Page, language: "en" | "ar"): Promise<void> {
  await click("numbers.connectOne")(page, language);
  await page.getByRole("radio").last().check({ force: true });
}

/** A workspace without a number, and without a message. */
export const EMPTY_SCREENS: readonly Screen[] = [
  { name: "empty-inbox", path: "/inbox/mine" },
  { name: "empty-contacts", path: "/contacts" },
  { name: "empty-templates", path: "/templates" },
  { name: "empty-numbers", path: "/numbers" },
  { name: "connect-simulator", path: "/numbers", prepare: click("numbers.connectOne") },
  { name: "connect-meta", path: "/numbers", prepare: toMeta },
];

/** The n-th chat of the list, opened. */
const openChat = (n: number) => async (page: Page) => {
  await page.locator('a[href*="/inbox/"][href*="-"]').nth(n).click();
};

export const DEMO_SCREENS: readonly Screen[] = [
  { name: "sign-in", path: "/sign-in", isStranger: true },
  { name: "security", path: "/security", role: "owner" },
  { name: "sso", path: "/single-sign-on", role: "owner" },
  { name: "sso-oidc", path: "/single-sign-on", role: "owner", prepare: click("sso.setUp") },
  { name: "security-agent", path: "/security" },
  { name: "proof", path: "/sign-in", isStranger: true, prepare: toProof },
  { name: "invitation-bad", path: "/invitation", isStranger: true },
  { name: "inbox-mine", path: "/inbox/mine" },
  { name: "inbox-unassigned", path: "/inbox/unassigned" },
  { name: "inbox-all", path: "/inbox/all", role: "team_lead" },
  ...[0, 1, 2, 3, 4, 5].map(
    (n): Screen => ({ name: `chat-${n}`, path: "/inbox/mine", prepare: openChat(n) }),
  ),
  { name: "chat-reason", path: "/inbox/all", role: "owner", prepare: openChat(0) },
  { name: "new-chat", path: "/inbox/mine", prepare: click("inbox.newChat") },
  { name: "contacts", path: "/contacts", role: "team_lead" },
  { name: "templates", path: "/templates" },
  { name: "numbers", path: "/numbers", role: "owner" },
  { name: "members", path: "/members", role: "owner" },
  { name: "invite", path: "/members", role: "owner", prepare: click("members.invite") },
  { name: "quarantine", path: "/quarantine", role: "owner" },
  { name: "profile", path: "/profile" },
  { name: "devices", path: "/profile/devices" },
  {
    name: "locked",
    path: "/inbox/mine",
    prepare: async (page, language) => {
      await page.locator('a[href*="/inbox/"]').first().waitFor();
      await page.keyboard.press("Control+Shift+L");
      await page.getByRole("heading", { name: say(language, "lock.title") }).waitFor();
    },
  },
  { name: "step-up", path: "/profile", prepare: toStepUp },
  { name: "more", path: "/more", widths: [390] },
  { name: "not-found", path: "/inbox/nowhere/at-all" },
];

export const PHONE_SCREENS: readonly Screen[] = [{ name: "phone", path: "" }];
