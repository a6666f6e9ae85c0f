import type { Catalogue } from "../catalogue.ts";

export const setup = {
  "setup.documentTitle": "Set up",
  "setup.stepWorkspace": "Workspace",
  "setup.stepOwner": "Owner",
  "setup.stepFactor": "Second factor",
  "setup.stepNumber": "Number",

  "setup.codeTitle": "Welcome to Wardroom",
  "setup.codeLede": "The terminal that started Wardroom shows a set-up code. It works once, for 30 minutes.",
  "setup.code": "Set-up code",
  "setup.codeHint": "No longer on the screen? Start Wardroom again: it shows a new one.",
  "setup.begin": "Begin",

  "setup.workspaceTitle": "What is your business called?",
  "setup.workspaceLede":
    "Your team sees this name. Customers see the name that WhatsApp has verified for your number.",
  "setup.workspaceName": "Workspace name",
  "setup.workspaceNameHint": "For example Marsa Home",
  "setup.timeZone": "Time zone",
  "setup.timeZoneHint": "Times in the inbox are shown in it, for everybody.",
  "setup.timeZoneNone": "No time zone of that name",

  "setup.ownerTitle": "Who owns this workspace?",
  "setup.ownerLede":
    "The Owner can do everything here, and invites the others. There is always at least one.",
  "setup.name": "Your name",
  "setup.email": "E-mail",
  "setup.emailHint": "You sign in with it.",
  "setup.password": "Password",
  "setup.passwordHint": "At least 12 characters. A sentence is easy to remember and hard to guess.",

  "setup.factorTitle": "Add a second factor",
  "setup.factorLede": "A password alone opens nothing here. You will be asked for this at each sign-in.",
  "setup.create": "Create the workspace",

  "setup.numberTitle": "Which number answers?",
  "setup.numberLede":
    "Start with the simulator and bring your real number when you are ready. A workspace uses one or the other, never both.",
  "setup.finish": "Finish and open the inbox",
  "setup.later": "Decide later",

  "setup.doneTitle": "Wardroom is set up already",
  "setup.doneHint": "Sign in to go on.",

  "setup.faultName": "Give it a name.",
  "setup.faultOwnName": "Say your name.",
  "setup.faultEmail": "This is not an e-mail address.",
  "setup.faultPassword": "At least 12 characters, and hard to guess.",
  "setup.faultCode": "Enter the code from the terminal.",
} as const satisfies Catalogue;
