import type { FactorCode, RoleCode } from "../mail-kinds.ts";
import type { MailTexts } from "./mail-words.ts";

const ROLE: Readonly<Record<RoleCode, string>> = {
  agent: "Agent",
  team_lead: "Team Lead",
  admin: "Admin",
  owner: "Owner",
};

const FACTOR: Readonly<Record<FactorCode, string>> = {
  passkey: "A passkey",
  totp: "An authenticator app",
  recovery_codes: "A new set of recovery codes",
};

const NOT_YOU = "If this was not you, tell an Admin of your workspace now and change your password.";
const NEVER = "Wardroom never asks for your password or a code in a mail, a message or a call.";

export const english: MailTexts = {
  invitation: ({ workspaceName, inviterName, role, expiresAt, link }, { name, moment }) => ({
    subject: `Join ${name(workspaceName)} on Wardroom`,
    paragraphs: [
      `${name(inviterName)} invites you to ${name(workspaceName)} as ${ROLE[role]}.`,
      "You choose a password and set up a second factor. Then you can begin.",
    ],
    action: { label: "Accept the invitation", link },
    notes: [
      `The link works once, for this address, until ${moment(expiresAt)}.`,
      "If you did not expect this, do nothing.",
    ],
  }),

  password_reset: ({ link }) => ({
    subject: "Choose a new password",
    paragraphs: [
      "Somebody, probably you, asked for a new password for your Wardroom account.",
      "You will need your second factor as well.",
    ],
    action: { label: "Choose a new password", link },
    notes: [
      "The link works once, for 10 minutes.",
      "If you did not ask, do nothing: your password stays as it is.",
    ],
  }),
  password_changed: ({ at }, { moment }) => ({
    subject: "Your password was changed",
    paragraphs: [`Your Wardroom password was changed on ${moment(at)}. You were signed out everywhere else.`],
    notes: [NOT_YOU],
  }),
  guessed_out: ({ at, factor }, { moment }) => ({
    subject: "Somebody is guessing at your account",
    paragraphs:
      factor === "password"
        ? [
            `By ${moment(at)} a wrong password was given 100 times in a row for your Wardroom account. Your password now works only on devices that you have used before.`,
            'Sign in once on one of these, or choose a new password ("Forgot your password?"), and it works everywhere again. Passkeys go on working.',
          ]
        : [
            `By ${moment(at)} a wrong code of your authenticator app was given 100 times in a row for your Wardroom account. Its codes now work only on devices that you have used before.`,
            "Whoever guessed has your password: change it. Then sign in once with a code on a device that you have used before, and codes work everywhere again. Passkeys and recovery codes go on working.",
          ],
    notes: [NEVER],
  }),
  new_password_asked: ({ workspaceName, byName, at }, { name, moment }) => ({
    subject: "Choose a new password at your next sign-in",
    paragraphs: [
      `${name(byName)} of ${name(workspaceName)} asked on ${moment(at)} that you choose a new password, because others may know yours. You were signed out everywhere.`,
      "Sign in as usual, with your second factor. You will be asked for the new password there.",
    ],
    action: { label: "Sign in", link: "console" },
    notes: ["If you use the old password anywhere else, change it there, too.", NEVER],
  }),

  factor_added: ({ at, factor }, { moment }) => ({
    subject: "A second factor was added",
    paragraphs: [`${FACTOR[factor]} was added to your Wardroom account on ${moment(at)}.`],
    notes: [NOT_YOU],
  }),
  factor_removed: ({ at, factor }, { moment }) => ({
    subject: "A second factor was removed",
    paragraphs: [`${FACTOR[factor]} was removed from your Wardroom account on ${moment(at)}.`],
    notes: [NOT_YOU],
  }),
  new_device: ({ at, device, country }, { name, moment }) => ({
    subject: "Sign-in on a new device",
    paragraphs: [
      country === null
        ? `Your Wardroom account was used on a device that we did not know: ${name(device ?? "one that does not say what it is")}, on ${moment(at)}.`
        : `Your Wardroom account was used on a device that we did not know: ${name(device ?? "one that does not say what it is")}, from ${name(country)}, on ${moment(at)}.`,
    ],
    action: { label: "See devices and sessions", link: "console" },
    notes: [
      "If this was not you, end that session there and change your password.",
      "The country is a guess by the network's address.",
    ],
  }),

  email_confirm: ({ link, expiresAt }, { moment }) => ({
    subject: "Confirm your new e-mail address",
    paragraphs: ["You asked to sign in to Wardroom with this address. Until you confirm it nothing changes."],
    action: { label: "Confirm this address", link },
    notes: [`The link works once, until ${moment(expiresAt)}.`, "If you did not ask for this, do nothing."],
  }),
  email_change_asked: ({ at, stop, stopUntil }, { moment }) => ({
    subject: "Somebody asked to change your e-mail address",
    paragraphs: [
      `On ${moment(at)} your Wardroom account was asked to use another e-mail address. If that was you, you need do nothing here.`,
      "If it was not you, stop it: your address stays, or comes back, and all sessions end.",
    ],
    action: { label: "Stop the change", link: stop },
    notes: [`The link works once, until ${moment(stopUntil)}, also after the change was confirmed.`],
  }),
  email_known: ({ at }, { moment }) => ({
    subject: "Your address is already in use on Wardroom",
    paragraphs: [
      `On ${moment(at)} somebody asked to use this address for another Wardroom account. It belongs to yours, so nothing was changed.`,
    ],
    notes: ["If that was you, sign in with this address. If not, you need do nothing."],
  }),
  email_changed: ({ at }, { moment }) => ({
    subject: "Your e-mail address was changed",
    paragraphs: [`The e-mail address of your Wardroom account was changed on ${moment(at)}.`],
    notes: [
      "If this was not you, use the link in the mail that went to the earlier address, or tell an Admin of your workspace now.",
    ],
  }),
  email_change_stopped: ({ at }, { moment }) => ({
    subject: "The change of your e-mail address was stopped",
    paragraphs: [
      `On ${moment(at)} the change of your Wardroom account's e-mail address was stopped. It is used with the earlier address.`,
    ],
    notes: ["All sessions were ended. If you did not stop it, tell an Admin of your workspace."],
  }),

  factor_reset_pending: ({ workspaceName, byName, dueAt, cancel }, { name, moment }) => ({
    subject: "Your second factors will be removed",
    paragraphs: [
      `${name(byName)} of ${name(workspaceName)} confirmed that you have lost all of your second factors. They are removed on ${moment(dueAt)}; after that you sign in with your password and set up a new one.`,
      "If you have not lost them, cancel this now.",
    ],
    action: { label: "Cancel: I still have my factors", link: cancel },
    notes: [NEVER],
  }),
  factor_reset_cancelled: ({ workspaceName }, { name }) => ({
    subject: "Your second factors stay",
    paragraphs: [
      `The removal of your second factors, asked for in ${name(workspaceName)}, was cancelled. Nothing changes.`,
    ],
    notes: ["If you did lose them, talk to an Admin again."],
  }),
  factor_reset_done: ({ workspaceName, until }, { name, moment }) => ({
    subject: "Set up a new second factor",
    paragraphs: [
      `Your second factors were removed, as asked for in ${name(workspaceName)}. Sign in with your password until ${moment(until)} and set up a new one.`,
    ],
    action: { label: "Sign in", link: "console" },
    notes: ["If you did not ask for this, tell another Admin or the Owner of your workspace now.", NEVER],
  }),
  owner_recovered: ({ workspaceName, ownerName, at }, { name, moment }) => ({
    subject: `An Owner of ${name(workspaceName)} is being recovered`,
    paragraphs: [
      `On ${moment(at)} somebody with access to the machine that runs Wardroom made a link by which ${name(ownerName)} can set a new password and second factor.`,
    ],
    notes: [
      "If nobody told you, ask who operates Wardroom now: whoever has the machine has all that is on it.",
    ],
  }),

  workspace_deletion_announced: ({ workspaceName, byName, dueAt }, { name, moment }) => ({
    subject: `${name(workspaceName)} will be deleted`,
    paragraphs: [
      `${name(byName)} asked to delete the workspace ${name(workspaceName)}. On ${moment(dueAt)} its keys are destroyed, and with them every chat, contact and file, for ever.`,
      "Until then any Owner can cancel it.",
    ],
    action: { label: "Look at it", link: "console" },
  }),
  workspace_deletion_cancelled: ({ workspaceName, byName }, { name }) => ({
    subject: `${name(workspaceName)} stays`,
    paragraphs: [`${name(byName)} cancelled the deletion of ${name(workspaceName)}. Nothing was deleted.`],
  }),
  budget_reached: ({ workspaceName, month, percent }, { name }) => ({
    subject: `${name(workspaceName)}: ${percent}% of the budget`,
    paragraphs: [
      `By our estimate ${name(workspaceName)} has used ${percent}% of its messaging budget for ${month}. Messages go on being sent.`,
    ],
    action: { label: "See the figures", link: "console" },
    notes: ["The estimate follows the rate card that you gave; Meta's invoice decides."],
  }),
  access_ending: ({ workspaceName, what, endsAt }, { name, moment }) =>
    what === "directory_token"
      ? {
          subject: `${name(workspaceName)}: the directory's token ends`,
          paragraphs: [
            `The token by which your company's directory reaches ${name(workspaceName)} works until ${moment(endsAt)}. From then on nobody is made, changed or deactivated by it.`,
            "Make the next token and enter it at your provider. Both work meanwhile.",
          ],
          action: { label: "Open Wardroom", link: "console" },
        }
      : {
          subject: `${name(workspaceName)}: the trust in your provider's second factor ends`,
          paragraphs: [
            `Until ${moment(endsAt)} ${name(workspaceName)} relies on the second factor of your identity provider. From then on everybody is asked for Wardroom's own, and whoever has none has to enrol one.`,
            "Make sure that your provider still asks for one, then confirm it in the settings of single sign-on.",
          ],
          action: { label: "Open Wardroom", link: "console" },
        },
  ownership_offered: ({ workspaceName, byName }, { name }) => ({
    subject: `You are offered ${name(workspaceName)}`,
    paragraphs: [
      `${name(byName)} offers you to become Owner of ${name(workspaceName)}. Sign in to accept or refuse.`,
    ],
    action: { label: "Sign in", link: "console" },
  }),
};
