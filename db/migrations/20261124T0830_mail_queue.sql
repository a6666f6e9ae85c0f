-- What waits to be mailed. Queued in the transaction of the act that causes it, sealed under a key of its own that is
-- destroyed when the row goes: after sending, or once it is given up. Rows are of the installation: people are.
create table mail_message (
  workspace_id     uuid        not null,
  id               uuid        not null,
  kind             text        not null,
  recipient_sealed bytea       not null,
  subject_sealed   bytea       not null,
  body_sealed      bytea       not null, -- both forms of the text, and the moment after which it is not sent any more
  about_workspace  uuid,                 -- whose log is told what became of it; null: the installation's
  attempts         integer     not null default 0,
  created_at       timestamptz not null,
  due_at           timestamptz not null, -- the next try; moved on before each, so that a killed sender's is not lost
  primary key (workspace_id, id)
);
call platform_isolate('mail_message');

-- The sender: what is due, the longest-waiting first.
create index mail_message_due_idx on mail_message (workspace_id, due_at);

-- When a recipient was last queued a mail of a kind that a stranger can cause: once a minute at most. Keyed hashes.
create table mail_pace (
  workspace_id uuid        not null,
  key_hash     bytea       not null check (octet_length(key_hash) = 32),
  queued_at    timestamptz not null,
  primary key (workspace_id, key_hash)
);
call platform_isolate('mail_pace');

grant select, insert, update, delete on mail_message, mail_pace to wardroom_app;
