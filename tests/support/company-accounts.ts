import type { FakeProvider } from "./fake-provider.ts";
import type { Answer, TestSession } from "./test-session.ts";

/** Settings of an OpenID Connect connection to this provider. */
export function oidcOf(
  { issuer, clientId, clientSecret }: FakeProvider,
  more: Readonly<Record<string, unknown>> = {},
): object {
  const common = { label: "Marsa", enabled: false, trust: null, directoryClaim: null };
  return { ...common, issuer, clientId, clientSecret, ...more };
}

/** Connects, tests and switches on, as an Admin does. Answers the connection's id. */
export async function connectOidc(
  admin: TestSession,
  provider: FakeProvider,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  await put(admin, "/sso/oidc", oidcOf(provider, more));
  const { location } = await admin.post("/sso/connections/oidc/test");
  await comeBack(admin, location, provider.authorize(location));
  const { clientSecret: _, ...same } = oidcOf(provider, { ...more, enabled: true }) as Record<
    string,
    unknown
  >;
  const { oidc } = await put(admin, "/sso/oidc", { ...same, trust: same["trust"] === null ? null : "keep" });
  return oidc.id;
}

/** The member makes the account their own that the provider signs in next. */
export async function connectOwn(
  member: TestSession,
  provider: FakeProvider,
  connectionId: string,
): Promise<Answer> {
  const { location } = await member.post("/me/company-accounts", { connectionId });
  return comeBack(member, location, provider.authorize(location));
}

/** A browser signs in with whatever account the provider signs in next. */
export async function signInBy(
  browser: TestSession,
  provider: FakeProvider,
  connectionId: string,
): Promise<Answer> {
  const { location } = await browser.post("/sso/start", { connectionId });
  return comeBack(browser, location, provider.authorize(location));
}

/** As the provider's redirect does: to the address that was asked for, without what only our own pages carry. */
export async function comeBack(
  browser: TestSession,
  location: string,
  query: URLSearchParams,
): Promise<Answer> {
  const asked = new URL(location).searchParams.get("redirect_uri") ?? "";
  return browser.call("GET", `${new URL(asked).pathname}?${query}`, undefined, {
    cookie: `__Host-wr-sso=${browser.cookies.get("__Host-wr-sso") ?? ""}`,
    "sec-fetch-site": "cross-site",
  });
}

/** Where an answer leads: the path, and why not where it says so. */
export function ledTo({ status, headers }: Answer): string {
  return `${status} ${String(headers["location"])}`;
}

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer
export async function put(session: TestSession, path: string, body: object): Promise<any> {
  const answer = await session.api("PUT", path, body);
  if (answer.status === 200) return answer.body;
  throw new Error(`PUT ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
