import type { Catalogue } from "../catalogue.ts";

export const security = {
  "security.lede": "What this workspace has decided about its own safety. Every change is in the audit log.",
  "security.readOnly": "You can read these settings. An Admin or the Owner changes them.",
  "security.sessions": "Sessions and devices",
  "security.idleLock": "Lock unused sessions",
  "security.idleLockHint":
    "A screen that nobody uses is hidden, and asks for a passkey or a code before it shows anything again.",
  "security.afterMinutes": { one: "After {count} minute", other: "After {count} minutes" },
  "security.deviceApproval": "Approve new devices",
  "security.deviceApprovalHint":
    "The first sign-in on a new device waits until the member approves it on one they have, or their Team Lead, an Admin or an Owner does. An Owner with one device only should sign in on a second one first.",
  "security.screens": "Screens",
  "security.watermark": "Watermark on chats",
  "security.watermarkHint":
    "The reader’s name and the time, faint behind every chat: a photograph of the screen says whose it was.",
  "security.blur": "Blur when nobody looks",
  "security.blurHint": "The page blurs while another window or tab is in front.",
  "security.blurred": "Hidden while you are elsewhere",
} as const satisfies Catalogue;
