import { common } from "./ar/common.ts";
import { contacts } from "./ar/contacts.ts";
import { inbox } from "./ar/inbox.ts";
import { problems } from "./ar/problems.ts";
import { shell } from "./ar/shell.ts";
import type { Texts } from "./translate.ts";

export const arabic: Texts = { ...common, ...contacts, ...inbox, ...problems, ...shell };
