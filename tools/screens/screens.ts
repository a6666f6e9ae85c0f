import type { Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";
import { withDirectory, withDirectoryBelow, withInvitation } from "./company-screens.ts";

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

/** Somebody whose password others know: the server's answer is made here. */
async function toNewPassword(page: Page, language: "en" | "ar"): Promise<void> {
  const state = { state: "password_needed", name: "Huda Salem", email: "huda@marsahome.example" };
  await page.route("**/api/v1/session", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ json: { ...state, language, workspaceName: "Marsa Home" } })
      : route.continue(),
  );
  await page.getByLabel(say(language, "setup.email")).fill("huda@marsahome.example");
  await page.locator('input[autocomplete="current-password"]').fill("correct horse battery");
  await click("common.continue")(page, language);
  await page.getByText(say(language, "signIn.newPasswordWhy")).waitFor();
}

/** New recovery codes, of somebody who is signed in elsewhere as well: both answers are made here. */
async function toRenewedCodes(page: Page, language: "en" | "ar"): Promise<void> {
  const recoveryCodes = Array.from({ length: 10 }, (_, n) => `K7QM${n}-T4XWP-9RJVD-2HNCB-6YGFZ`);
  await page.route("**/api/v1/me/recovery-codes", (route) => route.fulfill({ json: { recoveryCodes } }));
  await page.route("**/api/v1/me/devices", async (route) => {
    const answer = await route.fetch();
    const { devices } = await answer.json();
    const [device] = devices;
    const elsewhere = { ...device.sessions[0], id: "019ab000-0000-7000-8000-000000000000", current: false };
    await route.fulfill({ json: { devices: [{ ...device, sessions: [...device.sessions, elsewhere] }] } });
  });
  await click("profile.newCodes")(page, language);
  await click("profile.makeCodes")(page, language);
  await page.getByText(say(language, "devices.endOthers")).waitFor();
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

/** A chat whose last message of ours is in doubt, so many minutes ago: from the fifteenth on a person decides. */
const inDoubt = (minutesAgo: number) => async (page: Page) => {
  await page.route(/\/api\/v1\/conversations\/[^/]+\/messages/, async (route) => {
    const answer = await route.fetch();
    const found = await answer.json();
    const since = Date.now() - minutesAgo * 60_000;
    const last = found.messages.findLast(({ direction }: { direction: string }) => direction === "out");
    Object.assign(last ?? {}, {
      ...{ sendState: "in_doubt", delivery: null },
      doubt: {
        ...{ reason: "no_answer", since: new Date(since).toISOString() },
        decidableAt: new Date(since + 15 * 60_000).toISOString(),
      },
    });
    await route.fulfill({ response: answer, json: found });
  });
  await openChat(0)(page);
};

/** The page of the n-th member of the list. */
const openMember = (n: number) => async (page: Page) => {
  await page.locator('a[href^="/members/0"]').nth(n).click();
};

/** The sample business with teams, and an offer of ownership that waits. */
export const TEAM_SCREENS: readonly Screen[] = [
  { name: "team-members", path: "/members", role: "owner" },
  { name: "teams", path: "/members/teams", role: "owner" },
  {
    ...{ name: "team-number", path: "/members/teams", role: "owner" },
    prepare: async (page, language) => {
      await page
        .getByRole("button", { name: say(language, "teams.change"), exact: false })
        .last()
        .click();
      await page.getByRole("dialog").getByRole("checkbox").first().check();
    },
  },
  { name: "team-performance", path: "/performance?period=days7", role: "owner" },
  {
    ...{ name: "team-filter", path: "/inbox/all", role: "owner" },
    prepare: async (page, language) => {
      await click("inbox.filter")(page, language);
      await page.getByRole("menuitemradio", { name: "Showroom" }).click();
      await page.getByRole("button", { name: say(language, "inbox.allTeams") }).waitFor();
    },
  },
  { name: "team-new", path: "/members/teams", role: "owner", prepare: click("teams.new") },
  { name: "member", path: "/members", role: "owner", prepare: openMember(1) },
  {
    ...{ name: "member-ask-password", path: "/members", role: "owner" },
    prepare: async (page, language) => {
      await openMember(1)(page);
      await page.locator("header").getByRole("button").first().click();
      await page.getByRole("menuitem", { name: say(language, "members.askPassword") }).click();
      await page.getByText(say(language, "members.askPasswordWords")).waitFor();
    },
  },
  {
    ...{ name: "member-ownership", path: "/members", role: "owner" },
    prepare: async (page, language) => {
      await openMember(2)(page);
      await click("ownership.offer")(page, language);
    },
  },
  { name: "member-offered", path: "/members", role: "team_lead" },
  { name: "directory", path: "/single-sign-on", role: "owner", prepare: withDirectory },
  { name: "directory-groups", path: "/single-sign-on", role: "owner", prepare: withDirectoryBelow },
  { name: "team-invite", path: "/members", role: "owner", prepare: click("members.invite") },
];

async function fillNetworks(page: Page, language: "en" | "ar"): Promise<void> {
  await page.getByLabel(say(language, "networks.everybody")).fill("203.0.113.0/24\n2001:db8:40::/48");
  await click("networks.add")(page, language);
  await page.getByLabel(say(language, "networks.name"), { exact: true }).fill("Marsa office");
  await page.getByLabel(say(language, "networks.network"), { exact: true }).fill("203.0.113.0/24");
  await page.getByRole("button", { name: say(language, "networks.try"), exact: true }).click();
  await page.waitForTimeout(300);
}

/** A picture of figures needs some: the demo sends nothing that Meta would charge for. */
async function withFigures(page: Page, language: "en" | "ar"): Promise<void> {
  const today = new Date();
  const day = (ago: number) => new Date(today.getTime() - ago * 86_400_000).toISOString().slice(0, 10);
  const usages = Array.from({ length: 60 }, (_, ago) =>
    (["utility", "marketing", "authentication"] as const).map((category, kind) => ({
      ...{ day: day(ago), category, country: ["AE", "SA", "EG"][(ago + kind) % 3] },
      numberId: "019ab000-0000-7000-8000-000000000000",
      messages: Math.round((3 - kind) * (40 + 25 * Math.sin(ago / 3 + kind)) + (ago % 7) * 4),
    })),
  ).flat();
  const estimates = usages.map(({ messages }) => ({ currency: "USD", millionths: messages * 15_700 }));
  const total = estimates.reduce((sum, { millionths }) => sum + millionths, 0);
  await page.route("**/api/v1/billing?**", (route) =>
    route.fulfill({
      json: {
        ...{ usages, estimates },
        estimate: { amounts: [{ currency: "USD", millionths: total }], unpriced: 12 },
        cards: [
          {
            ...{ id: "019ab000-0000-7000-8000-000000000001", currency: "USD", validFrom: day(40) },
            ...{ countries: 42, uploadedAt: today.toISOString() },
            uploadedBy: "019ab000-0000-7000-8000-000000000002",
          },
        ],
        budget: {
          ...{ amountMillionths: 250_000_000, currency: "USD", thresholdPercent: 80 },
          ...{ spentMillionths: 203_400_000, alerted: true },
        },
      },
    }),
  );
  await page.reload();
  await page.getByText(say(language, "billing.days90"), { exact: true }).click();
  await page.waitForTimeout(500);
}

/** As a workspace that asks for a watermark sees it. It stays on, so this picture is the last. */
async function withWatermark(page: Page, language: "en" | "ar"): Promise<void> {
  const inbox = page.url();
  await page.goto(new URL("/security", inbox).href);
  const watermark = page.getByRole("switch", { name: say(language, "security.watermark") });
  if (!(await watermark.isChecked())) await watermark.click({ force: true });
  await page.waitForTimeout(500);
  await page.goto(inbox);
  await page.locator('a[href*="/inbox/"][href*="-"]').first().click();
  await page
    .getByRole("button", { name: say(language, "inbox.take"), exact: true })
    .last()
    .click();
  await page.waitForTimeout(800);
}

export const DEMO_SCREENS: readonly Screen[] = [
  { name: "sign-in", path: "/sign-in", isStranger: true },
  { name: "security", path: "/security", role: "owner" },
  { name: "sso", path: "/single-sign-on", role: "owner" },
  { name: "sso-oidc", path: "/single-sign-on", role: "owner", prepare: click("sso.setUp") },
  { name: "security-agent", path: "/security" },
  { name: "proof", path: "/sign-in", isStranger: true, prepare: toProof },
  { name: "new-password", path: "/sign-in", isStranger: true, prepare: toNewPassword },
  { name: "invitation-bad", path: "/invitation", isStranger: true },
  {
    ...{ name: "invitation-company", path: "/invitation#a-link-that-nobody-made-000000", isStranger: true },
    prepare: withInvitation(false),
  },
  {
    ...{ name: "invitation-only", path: "/invitation#a-link-that-nobody-made-000000", isStranger: true },
    prepare: withInvitation(true),
  },
  { name: "inbox-mine", path: "/inbox/mine" },
  { name: "inbox-unassigned", path: "/inbox/unassigned" },
  { name: "inbox-all", path: "/inbox/all", role: "team_lead" },
  ...[0, 1, 2, 3, 4, 5].map(
    (n): Screen => ({ name: `chat-${n}`, path: "/inbox/mine", prepare: openChat(n) }),
  ),
  { name: "doubt", path: "/inbox/mine", prepare: inDoubt(2) },
  {
    ...{ name: "doubt-decide", path: "/inbox/mine" },
    prepare: async (page, language) => {
      await inDoubt(20)(page);
      await click("trouble.again")(page, language);
    },
  },
  { name: "chat-reason", path: "/inbox/all", role: "owner", prepare: openChat(0) },
  { name: "new-chat", path: "/inbox/mine", prepare: click("inbox.newChat") },
  { name: "contacts", path: "/contacts", role: "team_lead" },
  { name: "templates", path: "/templates" },
  { name: "numbers", path: "/numbers", role: "owner" },
  { name: "members", path: "/members", role: "owner" },
  { name: "invite", path: "/members", role: "owner", prepare: click("members.invite") },
  { name: "performance", path: "/performance?period=days28", role: "team_lead" },
  { name: "quarantine", path: "/quarantine", role: "owner" },
  { name: "profile", path: "/profile" },
  { name: "codes-renewed", path: "/profile", prepare: toRenewedCodes },
  { name: "step-up", path: "/profile", prepare: toStepUp },
  { name: "devices", path: "/profile/devices", prepare: withBinding },
  { name: "binding", path: "/inbox/mine", prepare: withoutKey },
  {
    name: "locked",
    path: "/inbox/mine",
    prepare: async (page, language) => {
      await page.locator('a[href*="/inbox/"]').first().waitFor();
      await page.keyboard.press("Control+Shift+L");
      await page.getByRole("heading", { name: say(language, "lock.title") }).waitFor();
    },
  },
  { name: "more", path: "/more", widths: [390] },
  { name: "networks", path: "/networks", role: "owner", prepare: fillNetworks },
  { name: "billing", path: "/billing", role: "owner" },
  { name: "figures", path: "/billing", role: "owner", prepare: withFigures },
  { name: "rate-card", path: "/billing", role: "owner", prepare: click("billing.upload") },
  { name: "workspace", path: "/workspace", role: "owner" },
  { name: "delete-workspace", path: "/workspace", role: "owner", prepare: click("workspace.delete") },
  { name: "network-refused", path: "/network-refused" },
  { name: "not-found", path: "/inbox/nowhere/at-all" },
  { name: "watermark", path: "/inbox/unassigned", role: "owner", prepare: withWatermark },
];

export const PHONE_SCREENS: readonly Screen[] = [{ name: "phone", path: "" }];

/** As a browser sees it that has a key of its device: the one that takes the pictures has none. */
async function withBinding(page: Page, language: "en" | "ar"): Promise<void> {
  await page.route("**/api/v1/me/devices", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replaceAll('"bound":false', '"bound":true');
    await route.fulfill({ response: answer, body });
  });
  await page.reload();
  await page.getByText(say(language, "devices.bound")).first().waitFor();
}

async function withoutKey(page: Page, language: "en" | "ar"): Promise<void> {
  await page.route("**/api/v1/session", (route) => route.fulfill({ json: { state: "binding_unproved" } }));
  await page.reload();
  await page.getByRole("heading", { name: say(language, "lock.bindingTitle") }).waitFor();
}
