import type { Catalogue } from "../catalogue.ts";

/** Ways back in, and what a mailed link asks. */
export const recovery = {
  "recovery.forgot": "Forgot password?",
  "recovery.forgotTitle": "Choose a new password",
  "recovery.forgotWords": "We send a link to your e-mail address. You will need your second factor as well.",
  "recovery.send": "Send the link",
  "recovery.sentTitle": "Look at your mail",
  "recovery.sentWords":
    "If {email} has an account here, a link is on its way. It works once, for 10 minutes. Nothing came? Look among unwanted mail, and ask again after a minute.",
  "recovery.byHandTitle": "Ask whoever runs Wardroom",
  "recovery.byHandWords":
    "No mail goes out from this installation. Its operator can make you a link on the machine; an Admin of your workspace knows who that is. Your second factor will be asked for then, too.",
  "recovery.toSignIn": "Back to sign-in",
  "recovery.lostFactor":
    "Lost your second factor as well? Talk to an Admin of your workspace: after a look at who you are they can remove it.",

  "recovery.linkTitle": "This link does not work any more",
  "recovery.linkHint": "It was used, has run out, or is not complete. Ask for a new one.",
  "recovery.resetTitle": "A new password for {email}",
  "recovery.resetWords": "All your sessions end. You sign in with the new password then.",
  "recovery.setPassword": "Set the password",
  "recovery.useRecovery": "Use a recovery code",
  "recovery.useCode": "Use the authenticator",
  "recovery.doneTitle": "Your password is set",
  "recovery.doneWords": "You were signed out everywhere. Sign in with the new one.",

  "recovery.confirmTitle": "Sign in with {email} from now on?",
  "recovery.confirmWords": "The address before stops working for signing in. Its holder is told.",
  "recovery.confirm": "Confirm this address",
  "recovery.confirmedTitle": "Your address is confirmed",
  "recovery.confirmedWords": "Sign in with {email} from now on.",
  "recovery.stopTitle": "Keep {email} as your address?",
  "recovery.stopWords":
    "Another address was asked for in your name. If that was not you, stop it: {email} stays or comes back, and all sessions end.",
  "recovery.stop": "Stop the change",
  "recovery.stoppedTitle": "The change is stopped",
  "recovery.stoppedWords":
    "Sign in with {email}. If you did not ask for the change, choose a new password and tell an Admin.",
  "recovery.keepTitle": "Keep your second factors?",
  "recovery.keepWords":
    "An Admin was told that you lost all of them, and they are about to be removed. If you still have one, keep them. Nothing else changes.",
  "recovery.keep": "Keep my factors",
  "recovery.keptTitle": "Your second factors stay",
  "recovery.keptWords":
    "If nobody of your team told you about it, talk to an Admin: somebody may have asked in your name.",
  "recovery.ownerTitle": "Welcome back",
  "recovery.ownerWords":
    "Choose a new password for {email}. Then you set up a new second factor; what you had before ends.",
  "recovery.ownerNext": "Continue to the second factor",

  "recovery.bannerTitle": "Your second factors are about to be removed, in {duration}.",
  "recovery.bannerWords": "An Admin was told that you lost them. You have not?",

  "recovery.resetFactors": "Factors lost",
  "recovery.resetFactorsOf": "{name} has lost all second factors",
  "recovery.resetLede":
    "Make sure who it is, as when {name} joined: whoever writes or calls may be somebody else. In 24 hours the factors are removed and all sessions end; then the password alone lets {name} set up new ones. Until then {name} or any other Admin can cancel it.",
  "recovery.how": "How did you make sure?",
  "recovery.howVideoCall": "Video call, face seen",
  "recovery.howInPerson": "In person",
  "recovery.howKnownNumber": "Called on a number we knew",
  "recovery.howOther": "Another way",
  "recovery.note": "In a few words",
  "recovery.noteHint": "Kept sealed, with your name. For example who called whom, and what was shown.",
  "recovery.startReset": "Remove in 24 hours",
  "recovery.pendingLine": "Second factors are removed in {duration}",
  "recovery.pendingBy": "confirmed by {name}: {how}",
  "recovery.cancelReset": "Cancel",
  "recovery.cancelResetOf": "Cancel the removal of the factors of {name}",

  "recovery.email": "E-mail address",
  "recovery.emailHint":
    "What you sign in with. A new one counts once you have confirmed it by the link we send there.",
  "recovery.changeEmail": "Change address",
  "recovery.newEmail": "New address",
  "recovery.emailAsked": "We wrote to {email}",
  "recovery.emailAskedWords":
    "Open the link in that mail within a day. Until then nothing changes. Your present address is told as well.",
  "recovery.emailWaits": "{email} waits to be confirmed.",
  "recovery.withdraw": "Take back",

  "recovery.inviteEmail": "E-mail",
  "recovery.inviteEmailHint": "The invitation goes there and nowhere else. Only this address can accept it.",
  "recovery.inviteEmailFree": "May be left out. If you give one, only this address can accept the link.",
  "recovery.linkOfAddress": "Only {email} can accept it.",
  "recovery.invite": "Send the invitation",
  "recovery.invitedTitle": "The invitation is on its way to {email}",
  "recovery.invitedWords": "Its link works once, for 72 hours. You can send it again from the list.",
  "recovery.resend": "Send again",
  "recovery.resendTo": "Send the invitation of {name} again",
  "recovery.resent": "Sent",
  "recovery.boundTo": "The invitation is for this address.",
} as const satisfies Catalogue;
