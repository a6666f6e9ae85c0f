import { mkdirSync, rmSync } from "node:fs";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { seedDemo } from "../cli/demo.ts";
import { setUp } from "../cli/set-up.ts";
import { CONSOLE_DIST, compose, type Wardroom } from "../server/compose.ts";
import { type Config, readConfig } from "../server/config/config.ts";
import { openLog } from "../server/platform/log.ts";
import { openBrowser } from "../tests/support/browser.ts";
import { freePort } from "../tests/support/free-port.ts";
import { startSession, type TestSession } from "../tests/support/test-session.ts";
import { buildConsoleIfStale } from "./build-console.ts";
import {
  DEMO_SCREENS,
  EMPTY_SCREENS,
  PHONE_SCREENS,
  PUBLIC_SCREENS,
  type Screen,
  TEAM_SCREENS,
} from "./screens/screens.ts";

/**
 * `npm run screens [-- NAME...]`: a picture of every page, at 390 and 1440 px, in English and Arabic, light and dark,
 * of a Wardroom that runs here with the sample business. They are to be looked at; they land in screens/.
 */
const WIDTHS = [1440, 390] as const;
const LANGUAGES = ["en", "ar"] as const;
const SCHEMES = ["light", "dark"] as const;

/** Of the Owner of an installation that is thrown away. */
const PASSWORD = "correct horse battery";

const OUT = join(import.meta.dirname, "../screens");
const wanted = process.argv.slice(2);
const isWanted = (screen: Screen) => wanted.length === 0 || wanted.some((name) => screen.name.includes(name));

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
await buildConsoleIfStale();
await using browser = await openBrowser();
const faults: string[] = [];

await takeBare(browser);
await takeDemo(browser);
await takeTeams(browser);
for (const fault of faults) console.error(fault);
console.log(`Pictures are in screens/; ${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** The set-up, on an installation that waits for it; then what it looks like before anything has happened. */
async function takeBare(using: Browser): Promise<void> {
  const screens = PUBLIC_SCREENS.filter(isWanted);
  const first = EMPTY_SCREENS.filter(isWanted);
  if (screens.length + first.length === 0) return;
  await using installation = await runHere();
  const { wardroom, config } = installation;
  const cookies = await openSetup(using, wardroom, config);
  for (const look of looks()) {
    for (const screen of screens) {
      await takeWith(using, look, screen, {
        origin: config.publicUrl.origin,
        cookies: screen.opened === true ? cookies : [],
      });
    }
  }
  const made = await setUp(wardroom, config, {
    workspace: { name: "Marsa Home", timeZone: "Asia/Dubai" },
    owner: { name: "Huda Salem", email: "huda@marsahome.example", password: PASSWORD, language: "en" },
    number: { host: "none" },
  });
  const owner = await startSession(wardroom, { ...made.owner, password: PASSWORD, now: new Date() });
  for (const look of looks()) {
    await owner.api("PATCH", "/me", { language: look.language });
    for (const screen of first) {
      await takeWith(using, look, screen, {
        origin: config.publicUrl.origin,
        cookies: cookiesOf(owner, config),
      });
    }
  }
  await owner.close();
}

type Cookies = Parameters<BrowserContext["addCookies"]>[0];

async function openSetup(using: Browser, { setupCode }: Wardroom, { publicUrl }: Config): Promise<Cookies> {
  const context = await using.newContext({ ignoreHTTPSErrors: true });
  await context.request.post(`${publicUrl.origin}/api/v1/setup/open`, {
    data: { code: setupCode?.reveal() },
    headers: { origin: publicUrl.origin },
  });
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

/** Everything behind sign-in, with the sample business, and the customer's phone. */
async function takeDemo(using: Browser): Promise<void> {
  const screens = DEMO_SCREENS.filter(isWanted);
  const phones = PHONE_SCREENS.filter(isWanted);
  if (screens.length + phones.length === 0) return;
  await using installation = await runHere();
  const { wardroom, config } = installation;
  const sessions = await signInAll(wardroom, config);
  for (const look of looks()) await takeLook(using, look, { screens, phones, wardroom, config, sessions });
  for (const session of sessions.values()) await session.close();
}

/** The sample business again, with two teams; the lead is offered ownership. */
async function takeTeams(using: Browser): Promise<void> {
  const screens = TEAM_SCREENS.filter(isWanted);
  if (screens.length === 0) return;
  await using installation = await runHere();
  const { wardroom, config } = installation;
  const sessions = await signInAll(wardroom, config);
  const owner = sessions.get("owner");
  if (owner === undefined) throw new Error("the sample business has no Owner");
  await owner.post("/teams", { name: "Showroom" });
  const { teams } = await owner.post("/teams", { name: "خدمة العملاء" });
  const { members } = await owner.get("/members");
  for (const [n, { id }] of members.entries())
    await owner.api("PUT", `/members/${id}/teams`, { teamIds: [teams[n % 2].id] });
  const { numbers } = await owner.get("/numbers");
  const numberTeams = { teamIds: [], defaultTeamId: teams[0].id };
  await owner.api("PUT", `/numbers/${numbers[0].id}/teams`, numberTeams);
  const lead = members.find(({ role }: { role: string }) => role === "team_lead");
  await owner.post("/ownership/offers", { memberId: lead.id, afterwards: "owner" });
  for (const look of looks())
    await takeLook(using, look, { screens, phones: [], wardroom, config, sessions });
  for (const session of sessions.values()) await session.close();
}

interface DemoShoot {
  readonly screens: readonly Screen[];
  readonly phones: readonly Screen[];
  readonly wardroom: Wardroom;
  readonly config: Config;
  readonly sessions: ReadonlyMap<string, TestSession>;
}

async function takeLook(using: Browser, look: Look, shoot: DemoShoot): Promise<void> {
  const { screens, phones, wardroom, config, sessions } = shoot;
  const { origin } = config.publicUrl;
  for (const session of sessions.values()) await session.api("PATCH", "/me", { language: look.language });
  for (const screen of screens) {
    const session = sessions.get(screen.role ?? "agent");
    const cookies = screen.isStranger === true || session === undefined ? [] : cookiesOf(session, config);
    await takeWith(using, look, screen, { origin, cookies });
  }
  for (const screen of phones) {
    await takeWith(using, look, { ...screen, path: phoneLink(wardroom, look) }, { origin: "", cookies: [] });
  }
}

async function takeWith(
  using: Browser,
  look: Look,
  screen: Screen,
  { origin, cookies }: { readonly origin: string; readonly cookies: Cookies },
): Promise<void> {
  const context = await openContext(using, look);
  if (cookies.length > 0) await context.addCookies(cookies);
  await take(context, look, screen, origin);
  await context.close();
}

function phoneLink({ simulator }: Wardroom, { language }: Look): string {
  const [number] = simulator?.listNumbers() ?? [];
  if (simulator === undefined || number === undefined) throw new Error("no simulator");
  return simulator.createPhoneLink({ phoneNumberId: number.phoneNumberId, language });
}

/** The sample business, and one of each role signed in. */
async function signInAll(wardroom: Wardroom, config: Config): Promise<Map<string, TestSession>> {
  const sessions = new Map<string, TestSession>();
  for (const login of (await seedDemo(wardroom, config)) ?? []) {
    sessions.set(login.role, await startSession(wardroom, { ...login, now: new Date() }));
  }
  return sessions;
}

interface Look {
  readonly width: (typeof WIDTHS)[number];
  readonly language: (typeof LANGUAGES)[number];
  readonly scheme: (typeof SCHEMES)[number];
}

function looks(): Look[] {
  return WIDTHS.flatMap((width) =>
    LANGUAGES.flatMap((language) => SCHEMES.map((scheme) => ({ width, language, scheme }))),
  );
}

async function openContext(using: Browser, { width, language, scheme }: Look): Promise<BrowserContext> {
  const context = await using.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width, height: width === 390 ? 844 : 900 },
    colorScheme: scheme,
    locale: language === "ar" ? "ar-AE" : "en-GB",
    timezoneId: "Asia/Dubai",
    hasTouch: width === 390,
    deviceScaleFactor: width === 390 ? 2 : 1,
  });
  context.setDefaultTimeout(15_000);
  return context;
}

async function take(context: BrowserContext, look: Look, screen: Screen, origin: string): Promise<void> {
  if (screen.widths !== undefined && !screen.widths.includes(look.width)) return;
  const page = await context.newPage();
  const name = `${screen.name}-${look.width}-${look.language}-${look.scheme}`;
  page.on("pageerror", (error) => faults.push(`${name}: ${error.message}`));
  try {
    await page.goto(screen.path.startsWith("http") ? screen.path : `${origin}${screen.path}`);
    await settle(page);
    await screen.prepare?.(page, look.language);
    await settle(page);
    await page.screenshot({ path: join(OUT, `${name}.png`) });
  } catch (error) {
    faults.push(`${name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    await page.screenshot({ path: join(OUT, `${name}-FAULT.png`) }).catch(() => undefined);
  } finally {
    await page.close();
  }
}

/** Fonts, pictures and answers are there, and nothing fades any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState("load");
  // Nothing is asked for any more: a busy machine shows the start page for longer.
  await page.waitForLoadState("networkidle").catch(() => undefined);
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await page.waitForTimeout(450);
}

function cookiesOf(session: TestSession, config: Config) {
  return [...session.cookies].map(([name, value]) => ({
    ...{ name, value, path: "/", secure: true, httpOnly: true },
    domain: config.publicUrl.hostname,
    sameSite: "Strict" as const,
  }));
}

/** A Wardroom in this process, on a folder that is gone afterwards. */
async function runHere(): Promise<{ wardroom: Wardroom; config: Config } & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "wardroom-screens-"));
  await chmod(folder, 0o711);
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const config = readConfig({
    WARDROOM_DATA_DIR: join(folder, "data"),
    WARDROOM_ROOT_KEY_FILE: join(folder, "key", "root.key"),
    WARDROOM_PORT: String(await freePort()),
    WARDROOM_SIMULATOR_PORT: String(await freePort()),
  });
  // A copy: a console that is rebuilt meanwhile takes its old files with it.
  const consoleDist = join(folder, "console");
  await cp(CONSOLE_DIST, consoleDist, { recursive: true });
  const wardroom = opened.use(await compose({ config, log: openLog("error"), consoleDist }));
  const rest = opened.move();
  return { wardroom, config, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}
