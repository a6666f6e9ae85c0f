import { billing } from "./ar/billing.ts";
import { common } from "./ar/common.ts";
import { contacts } from "./ar/contacts.ts";
import { devices } from "./ar/devices.ts";
import { factor } from "./ar/factor.ts";
import { inbox } from "./ar/inbox.ts";
import { members } from "./ar/members.ts";
import { networks } from "./ar/networks.ts";
import { numbers } from "./ar/numbers.ts";
import { performance } from "./ar/performance.ts";
import { problems } from "./ar/problems.ts";
import { profile } from "./ar/profile.ts";
import { quarantine } from "./ar/quarantine.ts";
import { recovery } from "./ar/recovery.ts";
import { security } from "./ar/security.ts";
import { setup } from "./ar/setup.ts";
import { shell } from "./ar/shell.ts";
import { signIn } from "./ar/sign-in.ts";
import { sso } from "./ar/sso.ts";
import { teams } from "./ar/teams.ts";
import { templates } from "./ar/templates.ts";
import { workspace } from "./ar/workspace.ts";
import type { Texts } from "./translate.ts";

export const arabic: Texts = {
  ...billing,
  ...common,
  ...contacts,
  ...devices,
  ...factor,
  ...inbox,
  ...members,
  ...networks,
  ...numbers,
  ...performance,
  ...problems,
  ...profile,
  ...quarantine,
  ...security,
  ...recovery,
  ...setup,
  ...shell,
  ...signIn,
  ...teams,
  ...sso,
  ...templates,
  ...workspace,
};
