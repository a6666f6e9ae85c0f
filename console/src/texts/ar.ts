import { common } from "./ar/common.ts";
import { contacts } from "./ar/contacts.ts";
import { devices } from "./ar/devices.ts";
import { factor } from "./ar/factor.ts";
import { inbox } from "./ar/inbox.ts";
import { members } from "./ar/members.ts";
import { numbers } from "./ar/numbers.ts";
import { problems } from "./ar/problems.ts";
import { profile } from "./ar/profile.ts";
import { quarantine } from "./ar/quarantine.ts";
import { security } from "./ar/security.ts";
import { setup } from "./ar/setup.ts";
import { shell } from "./ar/shell.ts";
import { signIn } from "./ar/sign-in.ts";
import { sso } from "./ar/sso.ts";
import { teams } from "./ar/teams.ts";
import { templates } from "./ar/templates.ts";
import type { Texts } from "./translate.ts";

export const arabic: Texts = {
  ...common,
  ...contacts,
  ...devices,
  ...factor,
  ...inbox,
  ...members,
  ...numbers,
  ...problems,
  ...profile,
  ...quarantine,
  ...security,
  ...setup,
  ...shell,
  ...signIn,
  ...teams,
  ...sso,
  ...templates,
};
