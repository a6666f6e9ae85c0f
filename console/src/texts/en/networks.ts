import type { Catalogue } from "../catalogue.ts";

export const networks = {
  "networks.title": "Networks",
  "networks.lede":
    "From where this console is reached. Webhooks from Meta are not touched by it. Every change is in the audit log.",
  "networks.here": "You are here",
  "networks.hereHint": "The address that your requests come from.",
  "networks.allowed": "Allowed networks",
  "networks.everybody": "Everybody",
  "networks.everybodyHint":
    "One network on each line, such as 203.0.113.0/24 or 2001:db8::/32. Empty: from anywhere.",
  "networks.roleHint": "Stands instead of everybody’s list for this role. Empty: everybody’s list holds.",
  "networks.directory": "Company directory",
  "networks.directoryLabel": "Where the directory calls from",
  "networks.directoryHint":
    "Your provider names the addresses of its SCIM connector. They let no person in. Empty: its token works from anywhere.",
  "networks.known": "Known networks",
  "networks.knownHint":
    "Names for networks, such as the office. They let nobody in; whoever works from another one sees a quiet note.",
  "networks.name": "Name",
  "networks.network": "Network",
  "networks.add": "Add a network",
  "networks.remove": "Remove {name}",
  "networks.addHere": "Add your own address",
  "networks.test": "Try an address",
  "networks.testHint": "Who would get in from there, under the lists as they stand on this page.",
  "networks.address": "Address",
  "networks.try": "Try",
  "networks.getsIn": "{role} gets in",
  "networks.staysOut": "{role} stays out",
  "networks.save": "Save",
  "networks.saved": "Saved. It holds within a second, for open consoles too.",
  "networks.forgedTitle": "These rules were not written by Wardroom",
  "networks.forged":
    "Somebody wrote them into the database by hand. Until your operator runs “wardroom network-rules clear”, the last good rules hold, and nothing can be changed here.",
  "networks.unknown": "You work from a network that this workspace does not know.",
  "networks.unknownHint": "On public Wi-Fi, take care who can see your screen.",
  "networks.dismiss": "All right",
  "networks.refusedTitle": "Not from this network",
  "networks.refused":
    "Your workspace lets people in from certain networks only, and you come from another one. Connect to one of them, the office or its VPN, and try again.",
  "networks.tryAgain": "Try again",
} as const satisfies Catalogue;
