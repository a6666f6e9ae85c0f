import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { invited, strangerWrites } from "../support/attack-rig.ts";
import { openBrowser } from "../support/browser.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import type { TestSession } from "../support/test-session.ts";

before(() => buildConsoleIfStale());

const DIST = join(import.meta.dirname, "../../console/dist");
type Texts = { readonly [Key in keyof typeof english]: unknown };

for (const [language, texts, names] of [
  ["en", english as Texts, { team: "Showroom", other: "Care" }],
  ["ar", arabic as Texts, { team: "المعرض", other: "خدمة العملاء" }],
] as const) {
  test(`teams are made, a member joins one, and a chat that leaves them closes on their screen (${language})`, async () => {
    await buildConsoleIfStale();
    await using running = await runWardroom({ consoleDist: DIST });
    await using browser = await openBrowser();
    const { owner } = running;
    const agent = await invited(running, "agent");
    after(() => agent.session.close());
    for (const session of [owner, agent.session]) await session.api("PATCH", "/me", { language });
    const t = (key: keyof typeof english) => String(texts[key]);

    const page = await openPage(browser, running.url, owner);
    await page.goto(`${running.url}/members/teams`);
    for (const name of [names.team, names.other]) {
      await page
        .getByRole("button", { name: t("teams.new") })
        .first()
        .click();
      await page.getByLabel(t("teams.name")).fill(name);
      await page.getByRole("button", { name: t("teams.create") }).click();
      await page.getByRole("listitem").filter({ hasText: name }).waitFor();
    }

    await page.goto(`${running.url}/members/${agent.memberId}`);
    await page.getByText(t("teams.inNone")).waitFor();
    await page.getByRole("button", { name: t("teams.change"), exact: true }).click();
    await page.getByRole("dialog").getByLabel(names.team).check();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("common.save") })
      .click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText(names.team).waitFor();

    const { teams } = await owner.get("/teams");
    const ids = Object.fromEntries(teams.map(({ id, name }: { id: string; name: string }) => [name, id]));
    const { conversationId } = await strangerWrites(running, "The sofa has a scratch");
    await agent.session.post(`/conversations/${conversationId}/take`);
    const desk = await openPage(browser, running.url, agent.session);
    await desk.goto(`${running.url}/inbox/mine/${conversationId}`);
    await desk.locator("section").getByText("The sofa has a scratch").first().waitFor();
    await owner.api("POST", `/conversations/${conversationId}/team`, { teamId: ids[names.other] });
    await desk.getByText(t("locked.gone")).waitFor();
    assert.equal(await desk.getByText("The sofa has a scratch").count(), 0);

    await page.goto(`${running.url}/inbox/all`);
    await page.locator(`a[href*="${conversationId}"]`).waitFor();
    await filterByTeam(page, t("inbox.filter"), names.team);
    await page.getByText(t("inbox.noChatsOfTeam")).waitFor();
    await filterByTeam(page, t("inbox.filter"), names.other);
    const there = page.locator(`a[href*="${conversationId}"][href*="team=${ids[names.other]}"]`);
    await there.waitFor();
    const heading = page.getByRole("heading", { name: t("inbox.open") });
    assert.match((await heading.textContent()) ?? "", /1$/, "the count is the team's");
    await page.getByRole("link", { name: t("shell.unassigned") }).click();
    await page.waitForURL(/unassigned\?team=/);
    await there.waitFor();
    await page.getByRole("button", { name: t("inbox.allTeams") }).click();
    await page.waitForURL(/unassigned$/);

    await page.getByRole("link", { name: t("shell.performance") }).click();
    const team = page.locator("section").filter({ hasText: names.other });
    await team.getByText(t("performance.unassigned"), { exact: true }).waitFor();
    await page.getByText(t("performance.days7"), { exact: true }).click();
    await page.waitForURL(/period=days7/);
    await page.reload();
    await team.getByText(t("performance.unassigned"), { exact: true }).waitFor();

    await page.goto(`${running.url}/members/${agent.memberId}`);
    await page.locator('header button[aria-haspopup="menu"]').click();
    await page.getByRole("menuitem", { name: t("members.deactivate") }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("members.deactivate") })
      .click();
    await page.getByText(t("members.deactivated")).first().waitFor();
    await desk.waitForURL(/sign-in/);
  });
}

async function filterByTeam(page: Page, filter: string, team: string): Promise<void> {
  await page.getByRole("button", { name: filter }).click();
  await page.getByRole("menuitemradio", { name: team }).click();
}

async function openPage(browser: Browser, url: string, session: TestSession): Promise<Page> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
  });
  context.setDefaultTimeout(30_000);
  await context.addCookies(
    [...session.cookies].map(([name, value]) => ({
      ...{ name, value, path: "/", secure: true, httpOnly: true },
      ...{ domain: new URL(url).hostname, sameSite: "Strict" as const },
    })),
  );
  return context.newPage();
}
