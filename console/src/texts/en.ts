import { billing } from "./en/billing.ts";
import { common } from "./en/common.ts";
import { contacts } from "./en/contacts.ts";
import { devices } from "./en/devices.ts";
import { factor } from "./en/factor.ts";
import { inbox } from "./en/inbox.ts";
import { members } from "./en/members.ts";
import { networks } from "./en/networks.ts";
import { numbers } from "./en/numbers.ts";
import { performance } from "./en/performance.ts";
import { problems } from "./en/problems.ts";
import { profile } from "./en/profile.ts";
import { quarantine } from "./en/quarantine.ts";
import { recovery } from "./en/recovery.ts";
import { security } from "./en/security.ts";
import { setup } from "./en/setup.ts";
import { shell } from "./en/shell.ts";
import { signIn } from "./en/sign-in.ts";
import { sso } from "./en/sso.ts";
import { teams } from "./en/teams.ts";
import { templates } from "./en/templates.ts";
import { workspace } from "./en/workspace.ts";

/** All texts in English; their shape is the type that every language must fill. */
export const english = {
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
} as const;
export type English = typeof english;
