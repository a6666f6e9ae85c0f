import type { Catalogue } from "../catalogue.ts";

export const workspace = {
  "workspace.title": "Workspace",
  "workspace.lede": "What concerns the workspace as a whole, and is the Owners’ alone.",
  "workspace.end": "The end of this workspace",
  "workspace.delete": "Delete this workspace",
  "workspace.deleteHint":
    "All chats, contacts, files and members of {name} go. It waits seven days, in which any Owner can cancel it. Then its keys are destroyed first, and nothing can be read again, not even from a backup once its keys have run out.",
  "workspace.deleteTitle": "Delete {name}?",
  "workspace.effectWait":
    "Nothing happens for seven days. Every Owner sees a banner, and gets an e-mail where e-mail is set up.",
  "workspace.effectKeys": "Then numbers are released, everybody is signed out, and all keys are destroyed.",
  "workspace.effectLogin": "People keep their login where they belong to another workspace.",
  "workspace.typeName": "Type the name of the workspace: {name}",
  "workspace.confirm": "Delete in seven days",
  "workspace.bandWaiting": "{name} will be deleted on {date}.",
  "workspace.bandBy": "Asked for by {name}.",
  "workspace.bandRunning": "{name} is being deleted.",
  "workspace.keep": "Keep the workspace",
  "workspace.keepTitle": "Keep {name}?",
  "workspace.keepWords": "The deletion is cancelled, and everything stays as it is. All Owners are told.",
} as const satisfies Catalogue;
