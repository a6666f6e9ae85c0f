import type { Catalogue } from "../catalogue.ts";

export const security = {
  "security.lede": "What this workspace has decided about its own safety. Every change is in the audit log.",
  "security.readOnly": "You can read these settings. An Admin or the Owner changes them.",
  "security.sessions": "Sessions and devices",
  "security.idleLock": "Lock unused sessions",
  "security.idleLockHint":
    "A screen that nobody uses is hidden, and asks for a passkey or a code before it shows anything again.",
  "security.afterMinutes": { one: "After {count} minute", other: "After {count} minutes" },
} as const satisfies Catalogue;
