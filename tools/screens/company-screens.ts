import type { Page } from "playwright-core";
import type { SsoSettings } from "../../contract/sso.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/** The page of company accounts as it is once a directory writes, and with ends in sight: the demo has no provider. */
export async function withDirectory(page: Page): Promise<void> {
  await page.route("**/api/v1/sso", async (route) => {
    const teams = await (await page.request.get(new URL("/api/v1/teams", page.url()).href)).json();
    const answer = await route.fetch();
    const settings = (await answer.json()) as SsoSettings;
    const [first, second] = teams.teams.map(({ id }: { id: string }) => id);
    const id = (n: number) => `019ab000-0000-7000-8000-00000000000${n}`;
    await route.fulfill({
      response: answer,
      json: {
        ...settings,
        saml: {
          ...settings.saml,
          connection: {
            ...{
              label: "Marsa",
              enabled: true,
              provedAt: inDays(-20),
              changedAt: inDays(-80),
              ownLink: null,
            },
            ...{ entityId: "https://idp.marsahome.example", signInUrl: "https://idp.marsahome.example/sso" },
            ...{ certificates: ["MIIC"], directoryClaim: null, linked: 12 },
            trust: { acrValues: ["mfa"], amrValues: [], attestedAt: inDays(-80), endsAt: inDays(10) },
          },
        },
        directory: {
          ...settings.directory,
          users: 14,
          tokens: [{ id: id(1), createdAt: inDays(-81), expiresAt: inDays(9), usedAt: inDays(-0.01) }],
          groups: [
            { id: id(2), displayName: "Showroom sales", members: 8, role: null, teamId: first ?? null },
            {
              id: id(3),
              displayName: "قادة خدمة العملاء",
              members: 2,
              role: "team_lead",
              teamId: second ?? null,
            },
            { id: id(4), displayName: "IT", members: 1, role: "admin", teamId: null },
          ],
        } satisfies SsoSettings["directory"],
      },
    });
  });
  await page.reload();
  await page.getByText("Showroom sales").waitFor();
}

export async function withDirectoryBelow(page: Page): Promise<void> {
  await withDirectory(page);
  await page.getByText("IT", { exact: true }).scrollIntoViewIfNeeded();
}

/** An invitation into a workspace whose provider is set up; `companyOnly`: it takes nothing else. */
export const withInvitation = (companyOnly: boolean) => async (page: Page) => {
  await page.route("**/api/v1/invitations/open", (route) =>
    route.fulfill({
      json: {
        ...{ workspaceName: "Marsa Home", name: "Layla Haddad", role: "agent", expiresAt: inDays(3) },
        ...{ email: "layla@marsahome.example", companyOnly },
        companyAccounts: [{ id: "019ab000-0000-7000-8000-000000000001", label: "Marsa" }],
      },
    }),
  );
  await page.reload();
  await page.getByText("layla@marsahome.example").first().waitFor();
};
