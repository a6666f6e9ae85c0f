import type { Catalogue } from "../catalogue.ts";

/** What went wrong, in plain words, by the code of the problem; `status.…` stands in for codes not listed. */
export const problems = {
  "problem.network": "Wardroom did not answer. Check your connection and try again.",
  "problem.unreadable": "Wardroom answered in a way this page does not understand. Load the page again.",
  "problem.status.400": "Something in this form is not right. Check it and try again.",
  "problem.status.401": "Your session ended. Sign in again.",
  "problem.status.403": "You may not do this.",
  "problem.status.404": "This is no longer here, or not yours to see.",
  "problem.status.409": "This changed in the meantime. Look at it again, then decide.",
  "problem.status.413": "This file is too large.",
  "problem.status.422": "Wardroom cannot do this as things stand.",
  "problem.status.429": "Too many tries. Wait a little, then try again.",
  "problem.status.500":
    "Wardroom failed to do this. Try again; if it stays, tell your operator the reference.",
  "problem.status.503": "Wardroom cannot do this at the moment. Try again shortly.",
  "problem.identity.already_set_up": "Wardroom is set up already. Sign in.",
  "problem.identity.device_decided": "Somebody has decided about this device already.",
  "problem.identity.device_not_found": "This device is no longer here.",
  "problem.identity.email_known": "This e-mail is already in use here.",
  "problem.identity.password_changed": "The password changed in the meantime. Sign in again.",
  "problem.identity.password_same": "That is your present password. Choose another one.",
  "problem.identity.no_new_password_asked":
    "No new password is asked for any more. Change it in your profile.",
  "problem.identity.password_wrong": "The password is not right.",
  "problem.identity.password_too_short": "The password needs at least 12 characters.",
  "problem.identity.password_too_long": "The password is too long.",
  "problem.identity.code_wrong": "This code is not right, or was used already. Take the next one.",
  "problem.identity.enrolment_expired": "This took too long. Go back one step to get a new key.",
  "problem.identity.enrolment_invalid":
    "This second factor was not made for this form. Go back one step to get a new key.",
  "problem.identity.sign_in_stale":
    "That was some time ago. Sign out, sign in with your company account again, and add the factor right after.",
  "problem.identity.enrolment_not_open": "This account has a second factor already. Sign in with it.",
  "problem.identity.factor_not_found": "This is no longer here.",
  "problem.identity.factor_unreadable":
    "Wardroom does not trust what it finds stored for your account. Tell your operator.",
  "problem.identity.last_factor": "The last one stays. Add another one first.",
  "problem.identity.passkey_known": "This passkey is in use already.",
  "problem.identity.passkey_refused":
    "This passkey did not let you in. Try again, or take another way. It may have been removed from your account.",
  "problem.identity.password_breached": "This password stands in lists that thieves use. Take another one.",
  "problem.identity.password_weak": "This password is easy to guess. Add another word or two.",
  "problem.identity.too_many_passkeys": "You have as many passkeys as fit. Remove one first.",
  "problem.identity.totp_exists": "You have an authenticator app already. Remove it first.",
  "problem.identity.time_zone_unknown": "Wardroom does not know this time zone. Choose another.",
  "problem.identity.sign_in_refused":
    "E-mail or password is not right, or your workspace does not let you in this way.",
  "problem.identity.setup_session_required": "The set-up was left for too long. Enter a new set-up code.",
  "problem.identity.too_many_attempts": "Too many tries. Wait a little, then try again.",
  "problem.identity.busy": "Too many people sign in at this moment. Try again shortly.",
  "problem.session.none": "Your session ended. Sign in again.",
  "problem.session.device_pending": "This device waits until it is approved.",
  "problem.session.password_needed": "Choose a new password first.",
  "problem.session.locked": "The screen was locked. Unlock it, then try again.",
  "problem.session.binding_unproved": "Your browser has to show first that this is its device. Try again.",
  "problem.session.network_changed": "Show that it is you first, then try again.",
  "problem.access.network_malformed":
    "One of these is not a network. Write it as 203.0.113.0/24 or 2001:db8::/32.",
  "problem.access.network_refused": "Your workspace does not let anybody in from this network.",
  "problem.access.network_rule_locks_out":
    "This would lock you out: your own address would not be allowed any more. Add it, then save.",
  "problem.access.network_rules_changed": "Somebody else changed the rules meanwhile. Load the page again.",
  "problem.access.network_rules_forged":
    "These rules were written into the database by hand. Tell your operator.",
  "problem.access.too_many_networks": "A list holds 100 networks at the most.",
  "problem.access.workspace_name_wrong": "This is not the name of the workspace.",
  "problem.access.deletion_waiting": "The deletion was asked for already.",
  "problem.access.deletion_not_waiting": "No deletion waits. The workspace stays.",
  "problem.access.deletion_begun": "The deletion has begun and cannot be cancelled any more.",
  "problem.billing.rate_card_empty": "This file has no price that can be read.",
  "problem.billing.no_rate_card": "This rate card is no longer here.",
  "problem.billing.period": "A period is a year at the most.",
  "problem.session.factor_needed": "Confirm with your passkey or code first.",
  "problem.access.permission_missing":
    "Your role does not allow this. An Admin can do it, or change your role.",
  "problem.request.too_many": "Too many requests. Wait a little, then try again.",
  "problem.request.foreign_origin":
    "This page was opened from another address than Wardroom's own. Open it from the right one.",
  "problem.whatsapp.hosts_mixed":
    "A workspace uses the simulator or numbers at Meta, never both. Disconnect the other first.",
  "problem.whatsapp.number_taken": "This number is connected to another workspace.",
  "problem.whatsapp.number_disconnected": "This number is disconnected.",
  "problem.whatsapp.number_not_found": "Meta knows no number with this phone number ID. Check the ID.",
  "problem.whatsapp.number_not_in_account": "This number does not belong to this WABA. Check both IDs.",
  "problem.whatsapp.app_secret_wrong": "The app secret does not belong to this app ID.",
  "problem.whatsapp.token_invalid":
    "Meta refused the access token. It may have been revoked or have run out; make a new system user token.",
  "problem.whatsapp.token_of_other_app":
    "The access token was made for another app. Make one for this app ID.",
  "problem.whatsapp.permission_missing":
    "The token lacks a permission. It needs whatsapp_business_messaging and whatsapp_business_management.",
  "problem.whatsapp.meta_refused": "Meta refused these details. Check each of them.",
  "problem.whatsapp.meta_busy": "Meta asks us to wait. Try again in a few minutes.",
  "problem.whatsapp.meta_unreachable":
    "Meta does not answer. Check that this machine reaches graph.facebook.com, then try again.",
  "problem.whatsapp.simulator_off": "The simulator is not running. Start Wardroom again, then try once more.",
  "problem.inbox.no_such_member": "This member is not active any more. Choose another.",
  "problem.inbox.no_conversation": "This chat is no longer here, or not yours to see.",
  "problem.inbox.no_contact": "This contact is no longer here, or not yours to see.",
  "problem.ingest.database": "The database does not answer. Nothing is lost: Meta delivers again later.",
  "problem.vault.locked": "Wardroom cannot open its keys at the moment. Tell your operator.",
  "problem.access.above_own_level": "This role stands above your own. An Owner can do it.",
  "problem.access.invitation_company_only":
    "Your workspace signs in with company accounts. Open your invitation again and join with yours.",
  "problem.access.invitation_ended": "This invitation has run out. Ask for a new link.",
  "problem.access.invitation_not_found": "This invitation was used or withdrawn already.",
  "problem.access.invitation_refused":
    "This invitation was used, withdrawn or has run out. Ask for a new link.",
  "problem.access.last_owner": "A workspace keeps at least one Owner. Make somebody else Owner first.",
  "problem.access.member_not_found": "This member is no longer here.",
  "problem.access.own_membership": "You cannot change your own role or suspend yourself.",
  "problem.access.not_your_team": "This is for an Admin, or for a lead of that team.",
  "problem.access.team_needed": "Choose at least one of your teams.",
  "problem.access.team_unknown": "This team is no longer there.",
  "problem.access.team_not_found": "This team is no longer there.",
  "problem.access.team_sees_number": "A number is for this team alone. Choose a team that takes it over.",
  "problem.access.default_team_needed": "Choose the team that new chats of this number go to.",
  "problem.access.ownership_by_offer":
    "Nobody is made an Owner by another alone: offer ownership on their page.",
  "problem.access.offer_not_found": "This offer was answered, taken back, or is over.",
  "problem.access.offer_ended": "Whoever offered it is no Owner any more.",
  "problem.access.owner_already": "They are an Owner already.",
  "problem.access.member_not_active": "They are suspended.",
  "problem.access.member_has_no_password":
    "They have no password here: they sign in with their company account.",
  "problem.inbox.not_in_team": "They are not in the team of this chat.",
  "problem.identity.code_used": "This code was used already. Wait for the next one.",
  "problem.identity.factor_stale": "This needs a fresh proof that it is you.",
  "problem.identity.setup_code_expired": "This set-up code has run out. Start Wardroom again for a new one.",
  "problem.identity.setup_code_refused":
    "This is not the set-up code. Copy it from the terminal; after several wrong tries start Wardroom again.",
  "problem.quarantine.still_unknown_number": "The number is still not connected here.",
  "problem.quarantine.still_unreadable": "Wardroom still does not know its shape.",
  "problem.whatsapp.app_not_found": "Meta knows no app with this ID. Check the app ID.",
  "problem.whatsapp.callback_unreachable": "Meta could not reach the callback address.",
  "problem.whatsapp.not_in_quarantine": "This was decided already.",
  "problem.whatsapp.not_simulated": "Only a number of the simulator has a customer’s phone.",
  "problem.whatsapp.scopes_missing":
    "The token lacks permissions. It needs whatsapp_business_messaging and whatsapp_business_management.",
  "problem.vault.keys_missing": "Wardroom cannot open its keys at the moment. Tell your operator.",
  "problem.request.too_large": "This is too large.",
  "problem.access.factor_reset_done": "These second factors were removed already.",
  "problem.access.factor_reset_not_found": "Nothing waits here any more.",
  "problem.access.factor_reset_pending": "This was begun already.",
  "problem.access.invitation_email_needed": "An invitation goes out by mail here. Enter the address.",
  "problem.access.invitation_has_no_email":
    "This invitation was handed over as a link. Withdraw it and invite by mail.",
  "problem.access.invitation_other_email": "The invitation was sent to another address. Use that one.",
  "problem.identity.email_unchanged": "This is your address already.",
  "problem.identity.link_ended": "This link was used or has run out. Ask for a new one.",
  "problem.identity.mail_not_set":
    "No mail goes out from here, so this cannot be confirmed. Ask whoever runs Wardroom.",
  "problem.sso.email_unverified":
    "Your provider did not say that your e-mail address is verified. Ask your company’s administrator.",
  "problem.sso.account_taken": "This company account belongs to somebody else here. Ask an Admin.",
  "problem.sso.address_refused":
    "This address cannot be used. It has to begin with https:// and be reachable in public.",
  "problem.sso.answer_refused":
    "Your company’s provider answered in a way that Wardroom does not accept. Try again; if it stays, tell your Admin.",
  "problem.sso.break_glass_missing": "Choose an Owner who gets in when the provider is away.",
  "problem.sso.break_glass_unfit": "This has to be an active Owner with a password and a second factor.",
  "problem.sso.certificate_unreadable":
    "A certificate cannot be read, or its key is too short. Paste it whole.",
  "problem.sso.connection_not_found": "This way of signing in is not here any more.",
  "problem.sso.discovery_failed":
    "The provider did not tell its endpoints. Check the issuer’s address to the letter.",
  "problem.sso.not_linked":
    "No member has connected this company account. If you are a member, sign in as before and connect it in your profile. An e-mail address that matches is not enough.",
  "problem.sso.not_signed_in_with":
    "Sign in with your own company account once, so that you know that it works.",
  "problem.sso.not_tested": "Test the connection before you switch it on.",
  "problem.sso.only_way_in": "Members sign in by this connection only. Allow other ways first.",
  "problem.sso.provider_too_weak":
    "The provider does not offer what Wardroom needs: PKCE with S256 and signatures with a public key.",
  "problem.sso.secret_missing": "Enter the client secret.",
  "problem.sso.session_ended": "Your session ended in the meantime. Sign in and begin again.",
  "problem.sso.state_unknown": "This sign-in took too long, or began in another browser. Begin again.",
  "problem.scim.too_many_tokens": "Two tokens work already. Revoke one first.",
  "problem.scim.token_not_found": "This token is not here any more.",
  "problem.scim.group_not_found": "The directory does not keep this group any more.",
  "problem.retryAfter": "Too many tries. Try again in {duration}.",
} as const satisfies Catalogue;
