import type { Catalogue } from "../catalogue.ts";

export const templates = {
  "templates.lede":
    "What WhatsApp lets you write first, or after the 24-hour window has closed. They are written and approved at Meta.",
  "templates.synchronise": "Read from Meta now",
  "templates.read": "Read {ago}",
  "templates.asSeen": "As the customer sees it",
  "templates.notSendable": "Wardroom cannot fill one part of this template yet, so it is not offered.",
  "templates.onlyApproved": "Only approved templates can be sent.",
  "templates.empty": "No templates yet",
  "templates.emptyHint": "Write one in WhatsApp Manager; once Meta approves it, it appears here.",
  "templates.neverRead": "They have not been read from Meta yet.",
  "templates.noNumber": "No number is connected",
  "templates.noNumberHint": "Templates belong to a number. Connect one under Numbers.",
  "templates.approved": "Approved",
  "templates.pending": "In review",
  "templates.paused": "Paused",
  "templates.rejected": "Rejected",
  "templates.disabled": "Disabled",
  "templates.utility": "Utility",
  "templates.marketing": "Marketing",
  "templates.authentication": "Authentication",
  "templates.IMAGE": "Picture",
  "templates.VIDEO": "Film",
  "templates.DOCUMENT": "Document",
  "templates.LOCATION": "Location",
} as const satisfies Catalogue;
