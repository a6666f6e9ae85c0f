/**
 * Everything that is written down, past tense, room first. An act without a kind here cannot be recorded, and an act
 * that cannot be recorded does not happen.
 */
export const EVENT_KINDS = [
  "access.invitation_accepted",
  "access.invitation_refused",
  "access.invitation_resent",
  "access.invitation_revoked",
  "access.member_deactivated",
  "access.member_invited",
  "access.member_role_changed",
  "access.network_refused",
  "access.network_rules_changed",
  "access.network_rules_cleared",
  "access.policy_changed",
  "access.refused",

  "audit.partition_made",

  "contact.listed",
  "contact.renamed",

  "conversation.assigned",
  "conversation.closed",
  "conversation.listed",
  "conversation.opened",
  "conversation.opened_with_reason",
  "conversation.reopened",
  "conversation.started",
  "conversation.taken",

  "identity.email_change_asked",
  "identity.email_change_stopped",
  "identity.email_changed",
  "identity.factor_proved",
  "identity.factor_refused",
  "identity.factor_reset_cancelled",
  "identity.factor_reset_done",
  "identity.factor_reset_started",
  "identity.forged_row",
  "identity.link_refused",
  "identity.network_confirmed",
  "identity.owner_recovered",
  "identity.owner_recovery_started",
  "identity.password_changed",
  "identity.password_proved",
  "identity.profile_updated",
  "identity.recovery_codes_renewed",
  "identity.reset_link_made",
  "identity.reset_requested",
  "identity.session_locked",
  "identity.session_unlocked",
  "identity.setup_code_issued",
  "identity.setup_opened",
  "identity.setup_refused",
  "identity.sign_in_refused",
  "identity.signed_in",
  "identity.signed_out",
  "identity.workspace_created",

  "inbox.forged_row",

  "mail.failed",
  "mail.sent",

  "media.fetched",
  "media.fetch_failed",
  "media.uploaded",
  "media.viewed",

  "message.decided",
  "message.imported",
  "message.send_settled",
  "message.sent",

  "graph.called",

  "number.app_secret_changed",
  "number.callback_shown",
  "number.connected",
  "number.disconnected",
  "number.sending_resumed",
  "number.sending_stopped",
  "number.tested",

  "operation.started",
  "operation.stopped",

  "quarantine.dropped",
  "quarantine.inspected",
  "quarantine.listed",
  "quarantine.retried",

  "template.changed_at_meta",
  "template.synchronised",

  "vault.key_bundle_written",
  "vault.root_key_changed",
  "vault.root_key_destroyed",
  "vault.root_key_made",
  "vault.workspace_key_made",
  "vault.workspace_key_rotated",

  "webhook.accepted",
  "webhook.refused",
  "webhook.subscription_verified",
  "webhook.unknown_account",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];
