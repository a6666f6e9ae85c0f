import type { Catalogue } from "../catalogue.ts";

export const contacts = {
  "contacts.title": "Contacts",
  "contacts.search": "Find a phone number",
  "contacts.searchHint": "The whole number, with country code",
  "contacts.last": "Last active",
  "contacts.none": "No contacts yet",
  "contacts.noneHint": "Everyone who writes to your number stands here.",
  "contacts.notFound": "Nobody with this number",
  "contacts.notFoundHint": "Only a whole number is found. You can write to it first with a template.",
  "contacts.openChat": "Open the chat",
  "contacts.write": "Write first",
  "contacts.failed": "The contacts did not load",
  "contacts.notYours": "The chat is not yours to open",
  "contacts.uncertain": "Identity uncertain",
  "contacts.clear": "Clear the search",
} as const satisfies Catalogue;
