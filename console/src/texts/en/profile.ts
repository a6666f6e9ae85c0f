import type { Catalogue } from "../catalogue.ts";

export const profile = {
  "profile.name": "Name",
  "profile.nameHint": "Your team sees it. Customers do not.",
  "profile.languageHint": "Of the console. Messages stay in theirs.",
  "profile.appearanceHint": "On this device.",
  "profile.signingIn": "Signing in",
  "profile.passwordHint": "Changing it ends your sessions on other devices.",
  "profile.changePassword": "Change password",
  "profile.currentPassword": "Password now",
  "profile.newPassword": "New password",
  "profile.passwordChanged": "The password is changed. Your other sessions have ended.",
  "profile.codesLeft": {
    one: "{count} of ten is left. Each works once when your phone is lost.",
    other: "{count} of ten are left. Each works once when your phone is lost.",
  },
  "profile.newCodes": "New recovery codes",
  "profile.newCodesHint": "You get ten new ones. The old ones stop working at once.",
  "profile.makeCodes": "Make new codes",
} as const satisfies Catalogue;
