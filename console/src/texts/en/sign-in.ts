import type { Catalogue } from "../catalogue.ts";

export const signIn = {
  "signIn.title": "Sign in to {workspace}",
  "signIn.signIn": "Sign in",
  "signIn.withPasskey": "Sign in with a passkey",
  "signIn.or": "or with your password",
  "signIn.waiting":
    "Many people are signing in just now. You keep your place: this page tries again by itself.",
  "signIn.factorTitle": "Confirm it is you",
  "signIn.newPasswordTitle": "Choose a new password",
  "signIn.newPasswordWhy":
    "Others may know yours: it is in a list of stolen passwords, or an Admin asked for a new one. Your other sessions end.",
  "signIn.newPasswordGoOn": "Save and sign in",
  "signIn.recoveryCode": "Recovery code",
  "signIn.recoveryHint": "One of the ten you kept. Each works once.",
  "signIn.startAgain": "Start again",
  "signIn.warning":
    "Check the address bar before you type. Wardroom never asks for a code in a message or a call.",
  "signIn.endedTitle": "Your session ended",
  "signIn.endedWords": "Sign in to go on where you were.",

  "invitation.documentTitle": "Invitation",
  "invitation.title": "Join {workspace}",
  "invitation.lede": "You are invited as {role}. The invitation ends {date}.",
  "invitation.stepAccount": "Account",
  "invitation.stepFactor": "Second factor",
  "invitation.accept": "Join and sign in",
  "invitation.acceptWith": "Join with {label}",
  "invitation.companyHint": "Your company account is enough: no password to choose.",
  "invitation.companyBound":
    "Your company account is enough, if its address is {email}: no password to choose.",
  "invitation.companyAway": "Your company’s sign-in is not set up at the moment. Ask whoever invited you.",
  "invitation.noToken": "This link is not complete",
  "invitation.noTokenHint": "Copy the whole link of your invitation into the address bar.",
  "invitation.unknown": "This invitation does not work any more",
  "invitation.factorLede": "A password alone opens nothing here. You will be asked for this at each sign-in.",
  "signIn.faultPassword": "Enter your password.",
  "signIn.faultRecovery": "Enter the whole recovery code.",
} as const satisfies Catalogue;
