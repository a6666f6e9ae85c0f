import type { Catalogue } from "../catalogue.ts";

export const factor = {
  "factor.scanTitle": "Scan this with your authenticator app",
  "factor.scanHint": "Any app that shows six digits works. Where you cannot scan, type the key.",
  "factor.qrLabel": "QR code for your authenticator app",
  "factor.secret": "Key",
  "factor.codesTitle": "Recovery codes",
  "factor.codesHint":
    "Each lets you in once when your phone is lost. They are shown only now. Keep them away from the phone, on paper or in a password manager.",
  "factor.codesKept": "I have kept them",
  "factor.proveTitle": "Show that it works",
  "factor.code": "Code from the app",
  "factor.codeHint": "Six digits, new every 30 seconds.",
  "factor.faultCode": "The code has six digits.",
  "factor.faultKept": "Keep the codes first, then say so here.",
  "stepUp.title": "Confirm it is you",
  "stepUp.words": "This act is a sensitive one, so it needs a fresh code. It is written to the audit log.",
  "stepUp.holds": "Valid for 5 minutes",
  "stepUp.confirm": "Confirm",
} as const satisfies Catalogue;
