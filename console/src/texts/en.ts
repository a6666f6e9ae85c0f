import { common } from "./en/common.ts";
import { contacts } from "./en/contacts.ts";
import { inbox } from "./en/inbox.ts";
import { problems } from "./en/problems.ts";
import { shell } from "./en/shell.ts";

/** All texts in English; their shape is the type that every language must fill. */
export const english = { ...common, ...contacts, ...inbox, ...problems, ...shell } as const;
export type English = typeof english;
