/**
 * Everything that is written down, past tense, room first. An act without a kind here cannot be recorded, and an act
 * that cannot be recorded does not happen.
 */
export const EVENT_KINDS = [
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

  "media.fetched",
  "media.fetch_failed",
  "media.uploaded",
  "media.viewed",

  "message.decided",
  "message.send_settled",
  "message.sent",

  "operation.started",
  "operation.stopped",

  "quarantine.dropped",
  "quarantine.inspected",
  "quarantine.listed",
  "quarantine.retried",

  "vault.key_bundle_written",
  "vault.workspace_key_made",

  "webhook.accepted",
  "webhook.refused",
  "webhook.subscription_verified",
  "webhook.unknown_account",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];
