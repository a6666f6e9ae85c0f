import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { type Colleague, invited, readLog, strangerWrites } from "../support/attack-rig.ts";
import { BOUND_COOKIE, BoundBrowser } from "../support/bound-browser.ts";
import { openBrowser } from "../support/browser.ts";
import { OWNER_PASSWORD, type RunningWardroom, runWardroom } from "../support/running-wardroom.ts";
import { totpCode } from "../support/test-session.ts";

/** An authenticator's code counts once, so time goes on by half a minute before each. */
const time = { now: Date.now() };
const nextCode = (secret: string) => {
  time.now += 30_000;
  return totpCode(secret, new Date(time.now));
};

let running: RunningWardroom;
let browser: Browser;
before(async () => {
  await buildConsoleIfStale();
  const consoleDist = new URL("../../console/dist", import.meta.url).pathname;
  running = await runWardroom({ clock: () => new Date(time.now), consoleDist });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await running?.[Symbol.asyncDispose]();
});

type Key = keyof typeof english;
type Say = (key: Key) => string;

const LANGUAGES = [
  { language: "en", t: ((key) => String(english[key])) as Say },
  { language: "ar", t: ((key) => String(arabic[key])) as Say },
] as const;

/** A browser of its own, on the sign-in page in a language. */
async function openPage(language: "en" | "ar"): Promise<Page> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.goto(`${running.url}/sign-in`);
  const other = page.getByText("العربية", { exact: true });
  if (language === "ar") await other.click();
  return page;
}

async function signIn(page: Page, t: Say, who: Colleague["login"] = running.made.owner): Promise<void> {
  const { email, totpSecret } = who;
  await page.getByLabel(t("setup.email")).fill(email);
  await page.locator('input[autocomplete="current-password"]').fill(OWNER_PASSWORD);
  await page.getByRole("button", { name: t("common.continue") }).click();
  await typeCode(page, totpSecret);
}

async function typeCode(page: Page, secret: string): Promise<void> {
  await page.locator('input[autocomplete="one-time-code"]').fill(nextCode(secret));
  await page.keyboard.press("Enter");
}

const kinds = async () => (await readLog(running)).map(({ kind }) => kind);

async function setLanguage(language: "en" | "ar"): Promise<void> {
  await running.owner.api("PATCH", "/me", { language });
}

for (const { language, t } of LANGUAGES) {
  test(`a screen that is locked shows nothing, and goes on where it was (${language})`, async () => {
    await setLanguage(language);
    const { conversationId } = await strangerWrites(running, "Is the blue lamp still there?");
    await running.owner.post(`/conversations/${conversationId}/take`);
    const page = await openPage(language);
    await signIn(page, t);
    await page.locator(`a[href*="${conversationId}"]`).click();
    await page.getByText("Is the blue lamp still there?").last().waitFor();
    const address = page.url();

    await page.keyboard.press("Control+Shift+L");
    await page.getByRole("heading", { name: t("lock.title") }).waitFor();
    await page.getByText("Huda Salem").waitFor();
    assert.doesNotMatch(await page.content(), /blue lamp|Layla/);
    await page.reload();
    await page.getByRole("heading", { name: t("lock.title") }).waitFor();
    assert.doesNotMatch(await page.content(), /blue lamp|Layla/);
    assert.equal(page.url(), address);

    await typeCode(page, running.made.owner.totpSecret);
    await page.getByText("Is the blue lamp still there?").last().waitFor();
    assert.equal(page.url(), address);
    const noted = await kinds();
    assert.ok(noted.includes("identity.session_locked") && noted.includes("identity.session_unlocked"));
    await page.context().close();
  });

  test(`a screen that nobody uses locks by itself, in all its pages, though they ask on (${language})`, async () => {
    await setLanguage(language);
    const page = await openPage(language);
    await signIn(page, t);
    await page.getByRole("link", { name: t("shell.templates") }).click();
    const other = await page.context().newPage();
    await other.goto(`${running.url}/members`);
    await other.getByText("Huda Salem").first().waitFor();

    time.now += 10 * 60_000;
    for (const one of [page, other]) await one.getByRole("heading", { name: t("lock.title") }).waitFor();
    await typeCode(page, running.made.owner.totpSecret);
    await page.getByRole("heading", { name: t("shell.templates") }).waitFor();
    await other.getByText("Huda Salem").first().waitFor();
    await other.getByRole("heading", { name: t("shell.members") }).waitFor();
    await page.context().close();
    await running.owner.post("/session/factor", { totp: nextCode(running.made.owner.totpSecret) });
  });

  test(`a session that is ended in one browser is gone from another within a second (${language})`, async () => {
    await setLanguage(language);
    const [here, there] = [await openPage(language), await openPage(language)];
    await signIn(there, t);
    await there.getByRole("link", { name: t("shell.templates") }).waitFor();
    await signIn(here, t);
    await here.getByRole("link", { name: t("shell.templates") }).waitFor();
    await here.goto(`${running.url}/profile/devices`);
    await here.getByText(t("devices.current"), { exact: true }).waitFor();
    const others = here.locator("ul li ul li").filter({ hasNotText: t("devices.thisSession") });
    await others.first().waitFor();
    await here.getByRole("button", { name: t("devices.endOthers") }).click();
    const start = performance.now();
    await there.getByText(t("signIn.endedTitle")).waitFor();
    assert.ok(
      performance.now() - start < 2_500,
      "told through its socket, and not by asking every half minute",
    );
    await others.first().waitFor({ state: "detached" });
    for (const one of [here, there]) await one.context().close();
    running.owner.cookies.delete("__Host-wr-session");
    await running.owner.post("/session", { email: running.made.owner.email, password: OWNER_PASSWORD });
    await running.owner.post("/session/factor", { totp: nextCode(running.made.owner.totpSecret) });
  });

  test(`a new device waits until it is approved on one that is known, and goes on by itself (${language})`, async () => {
    await setLanguage(language);
    await running.owner.post("/session/factor", { totp: nextCode(running.made.owner.totpSecret) });
    assert.equal(
      (await running.owner.api("PATCH", "/policies", { deviceApproval: { required: false } })).status,
      200,
    );
    const known = await openPage(language);
    await signIn(known, t);
    await known.getByRole("link", { name: t("shell.templates") }).waitFor();
    const { teams } = await running.owner.post("/teams", { name: `Sales ${language}` });
    const join = async (role: "team_lead" | "agent") => {
      const one = await invited(running, role, new Date(time.now), [teams.at(-1).id]);
      await one.session.api("PATCH", "/me", { language });
      return one;
    };
    const [lead, agent] = [await join("team_lead"), await join("agent")];
    const changed = await running.owner.api("PATCH", "/policies", { deviceApproval: { required: true } });
    assert.equal(changed.status, 200);

    const fresh = await openPage(language);
    await signIn(fresh, t);
    await fresh.getByText(t("devices.waitWords")).waitFor();
    const notice = known.getByRole("region", { name: t("devices.ownAsks") });
    await notice.waitFor();
    await notice.getByRole("button", { name: t("devices.approve") }).click();
    await fresh.getByRole("link", { name: t("shell.templates") }).waitFor();
    await notice.waitFor({ state: "detached" });

    const refused = await openPage(language);
    await signIn(refused, t);
    await refused.getByText(t("devices.waitWords")).waitFor();
    await notice.getByRole("button", { name: t("devices.refuse") }).click();
    await refused.getByText(t("devices.refused")).waitFor();
    const noted = await kinds();
    for (const kind of ["device_added", "sign_in_waits", "device_approved", "device_refused"])
      assert.ok(noted.includes(`identity.${kind}` as (typeof noted)[number]), kind);
    for (const one of [known, fresh, refused]) await one.context().close();

    const desk = await openPage(language);
    await desk.context().addCookies(
      [...lead.session.cookies].map(([name, value]) => ({
        ...{ name, value, url: running.url, secure: true, httpOnly: true },
      })),
    );
    await desk.goto(`${running.url}/templates`);
    const theirs = await openPage(language);
    await signIn(theirs, t, agent.login);
    await theirs.getByText(t("devices.waitWords")).waitFor();
    const asks = desk.getByRole("region").filter({ hasText: "A agent" });
    await asks.getByRole("button", { name: t("devices.approve") }).click();
    await theirs.getByRole("link", { name: t("shell.templates") }).waitFor();
    await asks.waitFor({ state: "detached" });
    const approved = (await readLog(running))
      .filter(({ kind }) => kind === "identity.device_approved")
      .at(-1);
    assert.deepEqual(
      [approved?.actor, approved?.detail],
      [`member:${lead.memberId}`, { member: agent.memberId }],
    );
    for (const one of [desk, theirs]) await one.context().close();
    for (const { session } of [lead, agent]) await session.close();
    await running.owner.api("PATCH", "/policies", { deviceApproval: { required: false } });
  });
}

test("a page whose browser has not shown its device's key shows nothing, and goes on by itself", async () => {
  const [{ language, t }] = LANGUAGES;
  await setLanguage(language);
  const page = await openPage(language);
  const { email, totpSecret } = running.made.owner;
  const proved = page.waitForResponse((answer) => answer.url().endsWith("/session/factor"));
  await signIn(page, t);
  const offer = (await (await proved).headerValue("secure-session-registration")) ?? "";
  // What a Chrome with DBSC does by itself: this one has none.
  const keeper = new BoundBrowser(
    running.url,
    running.wardroom.authority?.certificate,
    () => new Date(time.now),
  );
  for (const { name, value } of await page.context().cookies()) keeper.cookies.set(name, value);
  await keeper.register(offer);
  const giveCookie = () =>
    page.context().addCookies([
      {
        ...{
          name: BOUND_COOKIE,
          value: keeper.cookies.get(BOUND_COOKIE) ?? "",
          domain: "localhost",
          path: "/",
        },
        ...{ secure: true, httpOnly: true, sameSite: "Strict" },
      },
    ]);
  await giveCookie();
  await page.goto(`${running.url}/profile/devices`);
  await page.getByText(t("devices.bound")).first().waitFor();

  await page.context().clearCookies({ name: BOUND_COOKIE });
  time.now += 6_000;
  await page.reload();
  await page.getByRole("heading", { name: t("lock.bindingTitle") }).waitFor();
  assert.ok(!(await page.content()).includes(email));
  await keeper.renew();
  await giveCookie();
  await page.getByText(t("devices.bound")).first().waitFor();

  await page.context().clearCookies({ name: BOUND_COOKIE });
  await page.reload();
  await page.getByRole("button", { name: t("lock.bindingAgain") }).click();
  await signIn(page, t);
  await page.getByRole("link", { name: t("shell.templates") }).waitFor();
  await keeper.close();
  await page.context().close();
  await running.owner.post("/session/factor", { totp: nextCode(totpSecret) });
});
