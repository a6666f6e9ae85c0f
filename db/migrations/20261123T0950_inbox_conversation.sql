-- A person who writes. Everything personal is sealed under keys of their own.
create table inbox_contact (
  workspace_id   uuid        not null,
  id             uuid        not null,
  profile_sealed bytea       not null, -- JSON: name as WhatsApp shows it, our own name for them, phone, username
  profile_hash   bytea       not null, -- keyed hash of what Meta last told of them: unchanged means nothing to open
  identity       text        not null default 'known' check (identity in ('known', 'uncertain')),
  identity_since timestamptz,
  version        bigint      not null default 1,
  created_at     timestamptz not null,
  primary key (workspace_id, id)
);
call platform_isolate('inbox_contact');
create index inbox_contact_newest_idx on inbox_contact (workspace_id, created_at desc, id);

-- What Meta calls a person by: several business-scoped ids and numbers may lead to one contact.
create table inbox_contact_identifier (
  workspace_id uuid        not null,
  kind         text        not null check (kind in ('user_id', 'parent_user_id', 'wa_id')),
  hash         bytea       not null check (octet_length(hash) = 32),
  contact_id   uuid        not null,
  value_sealed bytea       not null,
  current      boolean     not null default true,
  created_at   timestamptz not null,
  mac          bytea       not null check (octet_length(mac) = 32), -- over whose it is and whether it still is
  primary key (workspace_id, kind, hash),
  -- Deferred: of two transactions that meet the same stranger, the one whose identifier wins makes the contact.
  foreign key (workspace_id, contact_id) references inbox_contact (workspace_id, id) deferrable initially deferred
);
call platform_isolate('inbox_contact_identifier');
create index inbox_contact_identifier_contact_idx on inbox_contact_identifier (workspace_id, contact_id);

-- One for ever per contact and number; its open-to-close spans are episodes.
create table inbox_conversation (
  workspace_id       uuid        not null,
  id                 uuid        not null,
  contact_id         uuid        not null,
  number_id          uuid        not null,
  state              text        not null check (state in ('open', 'closed')),
  assignee_id        uuid,
  language           text,       -- script of what they write: 'ar', 'en' or null
  version            bigint      not null default 1,
  last_position      bigint      not null default 0, -- of messages, by arrival
  inbound_count      bigint      not null default 0, -- unread is this less what a member has seen
  last_inbound_at    timestamptz,                    -- Meta's time of the newest one: opens the 24-hour window
  last_activity_at   timestamptz not null,
  waiting_since      timestamptz,                    -- first unanswered message
  last_message_id    uuid,
  created_at         timestamptz not null,
  mac                bytea       not null check (octet_length(mac) = 32), -- over ids and assignee: who writes the database gives nobody a chat
  primary key (workspace_id, id),
  unique (workspace_id, contact_id, number_id),
  foreign key (workspace_id, contact_id) references inbox_contact (workspace_id, id)
);
call platform_isolate('inbox_conversation');
-- "Mine" and "Unassigned": open first, newest activity on top.
create index inbox_conversation_assignee_idx on inbox_conversation (workspace_id, assignee_id, state, last_activity_at desc, id);
-- "All".
create index inbox_conversation_all_idx on inbox_conversation (workspace_id, state, last_activity_at desc, id);

create table inbox_episode (
  workspace_id    uuid        not null,
  id              uuid        not null,
  conversation_id uuid        not null,
  opened_at       timestamptz not null,
  closed_at       timestamptz,
  closed_by       uuid,
  primary key (workspace_id, id)
);
call platform_isolate('inbox_episode');
create unique index inbox_episode_open_idx on inbox_episode (workspace_id, conversation_id) where closed_at is null;

-- One thing in a thread. `position` is the order of arrival; Meta's time is shown, not sorted by.
create table inbox_message (
  workspace_id    uuid        not null,
  id              uuid        not null,
  conversation_id uuid        not null,
  position        bigint      not null,
  direction       text        not null check (direction in ('in', 'out', 'echo', 'event')),
  kind            text        not null, -- text, image, ..., unsupported
  author_id       uuid,                 -- the member who wrote it
  wamid_hash      bytea       check (octet_length(wamid_hash) = 32),
  wamid_sealed    bytea,
  body_sealed     bytea       not null, -- JSON, contract/message-body.ts
  media_id        uuid,
  reply_to_hash   bytea,                -- keyed hash of the wamid it answers
  target_hash     bytea,                -- keyed hash of the wamid it reacts to, edits or revokes
  meta_at         timestamptz,          -- Meta's time
  recorded_at     timestamptz not null, -- ours
  send_state      text        check (send_state in ('queued', 'sending', 'in_doubt', 'accepted', 'failed', 'dropped')),
  sent_at         timestamptz,
  delivered_at    timestamptz,
  read_at         timestamptz,
  played_at       timestamptz,
  failed_at       timestamptz,
  failure_code    integer,
  failure_sealed  bytea,
  pricing         jsonb,
  edited_at       timestamptz,
  revoked_at      timestamptz,
  client_id       uuid,                 -- chosen by the console: the same click twice is one message
  primary key (workspace_id, id),
  unique (workspace_id, conversation_id, position),
  foreign key (workspace_id, conversation_id) references inbox_conversation (workspace_id, id)
);
call platform_isolate('inbox_message');
-- Duplicates end here, and statuses find their message.
create unique index inbox_message_wamid_idx on inbox_message (workspace_id, wamid_hash);
create unique index inbox_message_client_idx on inbox_message (workspace_id, client_id) where client_id is not null;
-- Reactions, edits and deletions of what a page shows.
create index inbox_message_target_idx on inbox_message (workspace_id, target_hash) where target_hash is not null;
-- The file's message, when a fetch has ended.
create index inbox_message_media_idx on inbox_message (workspace_id, media_id) where media_id is not null;

-- Statuses of messages that are not known yet: they wait 8 days.
create table inbox_waiting_status (
  workspace_id uuid        not null,
  wamid_hash   bytea       not null check (octet_length(wamid_hash) = 32),
  status       text        not null,
  at           timestamptz not null,
  failure_code integer,
  pricing      jsonb,
  received_at  timestamptz not null,
  primary key (workspace_id, wamid_hash, status)
);
call platform_isolate('inbox_waiting_status');
create index inbox_waiting_status_age_idx on inbox_waiting_status (workspace_id, received_at);

-- How far each member has read.
create table inbox_read_cursor (
  workspace_id    uuid   not null,
  member_id       uuid   not null,
  conversation_id uuid   not null,
  inbound_seen    bigint not null,
  primary key (workspace_id, member_id, conversation_id)
);
call platform_isolate('inbox_read_cursor');

-- Level 3 and up opened a chat that is not theirs, and why.
create table inbox_opening (
  workspace_id    uuid        not null,
  conversation_id uuid        not null,
  member_id       uuid        not null,
  reason          text        not null,
  opened_at       timestamptz not null,
  expires_at      timestamptz not null,
  mac             bytea       not null check (octet_length(mac) = 32), -- over the whole row
  primary key (workspace_id, conversation_id, member_id)
);
call platform_isolate('inbox_opening');

grant select, insert, update on inbox_contact, inbox_contact_identifier, inbox_conversation, inbox_episode,
  inbox_message, inbox_waiting_status, inbox_read_cursor, inbox_opening to wardroom_app;
grant delete on inbox_waiting_status to wardroom_app;
