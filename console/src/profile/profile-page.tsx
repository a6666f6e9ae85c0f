import { Button } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Page, Section } from "../pieces/page.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { EmailSetting } from "../recovery/email-setting.tsx";
import { useSignOut } from "../shell/use-sign-out.ts";
import { CompanyAccountSetting } from "../sso/account-setting.tsx";
import { useText } from "../texts/text-context.tsx";
import { AppearanceSetting } from "./appearance-setting.tsx";
import { CodesSetting } from "./codes-setting.tsx";
import { FactorsSetting } from "./factors-setting.tsx";
import { LanguageSetting } from "./language-setting.tsx";
import { NameSetting } from "./name-setting.tsx";
import { PasswordSetting } from "./password-setting.tsx";
import css from "./profile.module.css";
import { Setting } from "./setting.tsx";

const route = getRouteApi("/signed-in/profile");

/** What is one's own: name, language, appearance, and how one signs in. */
export function ProfilePage() {
  const { t } = useText();
  useTitle(t("shell.profile"));
  const signOut = useSignOut();
  const { company } = route.useSearch();
  return (
    <Page
      title={t("shell.profile")}
      actions={
        <Button
          variant="default"
          leftSection={<IconLogout size={16} stroke={1.6} />}
          loading={signOut.isPending}
          onClick={() => signOut.mutate()}
        >
          {t("shell.signOut")}
        </Button>
      }
    >
      <ProblemCallout error={signOut.error} />
      <div className={css.card}>
        <NameSetting />
        <LanguageSetting />
        <AppearanceSetting />
      </div>
      <Section title={t("profile.signingIn")}>
        <div className={css.card}>
          <FactorsSetting />
          <EmailSetting />
          <PasswordSetting />
          <CodesSetting />
          <CompanyAccountSetting company={company} />
          <Setting title={t("devices.open")} hint={t("devices.openHint")}>
            <Button component={Link} to="/profile/devices" variant="default">
              {t("devices.show")}
            </Button>
          </Setting>
        </div>
      </Section>
    </Page>
  );
}
