-- An app at Meta as one workspace knows it. A secret speaks only for the workspaces that hold it, so two workspaces
-- that use one app each keep their own row.
create table whatsapp_app (
  workspace_id           uuid        not null,
  app_id                 text        not null check (app_id ~ '^[0-9]{1,32}$'),
  secret_sealed          bytea       not null,
  previous_secret_sealed bytea,      -- accepted beside the new one during a rotation
  previous_until         timestamptz,
  verify_token_sealed    bytea       not null,
  created_at             timestamptz not null,
  primary key (workspace_id, app_id)
);
call platform_isolate('whatsapp_app');

-- Routing, without row-level security: which workspaces hold a secret of an app.
create table whatsapp_app_route (
  app_id       text not null,
  workspace_id uuid not null,
  primary key (app_id, workspace_id)
);

create table whatsapp_number (
  workspace_id    uuid        not null,
  id              uuid        not null,
  phone_number_id text        not null check (phone_number_id ~ '^[0-9]{1,32}$'),
  waba_id         text        not null check (waba_id ~ '^[0-9]{1,32}$'),
  app_id          text        not null,
  host            text        not null check (host in ('meta', 'simulator')),
  token_sealed    bytea,      -- null once disconnected
  profile_sealed  bytea       not null, -- JSON: display phone number, verified name, as read from Meta
  quality         text,
  throughput      integer     not null default 80, -- messages a second that Meta allows this number
  state           text        not null check (state in ('connected', 'disconnected')),
  created_at      timestamptz not null,
  checked_at      timestamptz,
  disconnected_at timestamptz,
  last_webhook_at timestamptz, -- when a signed webhook last came in for it
  sending_stopped text,        -- why its queue waits, as a reason of docs/errors.md: "token_invalid"
  sending_stopped_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, phone_number_id), -- connected again it is the same number, with its chats
  check ((token_sealed is null) = (state = 'disconnected')),
  check ((sending_stopped is null) = (sending_stopped_at is null)),
  foreign key (workspace_id, app_id) references whatsapp_app (workspace_id, app_id)
);
call platform_isolate('whatsapp_number');

-- Routing, without row-level security: a number belongs to one workspace, and only one.
create table whatsapp_number_route (
  phone_number_id text not null primary key,
  waba_id         text not null,
  workspace_id    uuid not null,
  number_id       uuid not null unique
);
-- Fields that name no number (account and template fields) find their workspace by WABA.
create index whatsapp_number_route_waba_idx on whatsapp_number_route (waba_id);

create table whatsapp_template (
  workspace_id      uuid        not null,
  id                uuid        not null,
  waba_id           text        not null,
  meta_id           text        not null,
  name              text        not null,
  language          text        not null,
  category          text        not null,
  status            text        not null,
  quality           text,
  components_sealed bytea       not null,
  synchronised_at   timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, waba_id, name, language)
);
call platform_isolate('whatsapp_template');

-- What Meta says about the account and not about a chat: kept sealed for the rooms that will act on it.
create table whatsapp_notice (
  workspace_id uuid        not null,
  id           uuid        not null,
  waba_id      text        not null,
  number_id    uuid,
  field        text        not null,
  body_hash    bytea       not null, -- keyed hash of the change: Meta sends it again
  body_sealed  bytea       not null,
  received_at  timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, body_hash)
);
call platform_isolate('whatsapp_notice');

-- Signed, but not understood or not ours to place: kept sealed, one update a row, until a person decides.
create table whatsapp_quarantine (
  workspace_id uuid        not null,
  id           uuid        not null,
  reason       text        not null,
  app_id       text        not null,
  waba_id      text,
  phone_number_id text,
  field        text,
  body_hash    bytea       not null, -- keyed hash: the same update sent again is the same row
  body_sealed  bytea       not null,
  byte_size    integer     not null,
  state        text        not null check (state in ('held', 'retried', 'dropped')),
  received_at  timestamptz not null,
  decided_at   timestamptz,
  decided_by   uuid,
  primary key (workspace_id, id),
  unique (workspace_id, body_hash)
);
call platform_isolate('whatsapp_quarantine');
create index whatsapp_quarantine_list_idx on whatsapp_quarantine (workspace_id, state, received_at desc);

-- Files, in both directions. The bytes lie sealed on disk; this row says how far fetching has come.
create table whatsapp_media (
  workspace_id     uuid        not null,
  id               uuid        not null,
  number_id        uuid        not null,
  subject_id       uuid        not null, -- whose key seals the file: the contact
  direction        text        not null check (direction in ('in', 'out')),
  state            text        not null check (state in ('waiting', 'fetching', 'ready', 'failed')),
  reference_sealed bytea       not null, -- JSON: Meta's media id, expected sha256, file name
  mime_type        text        not null,
  byte_size        bigint,
  failure          text,
  attempts         integer     not null default 0,
  due_at           timestamptz not null,
  meta_uploaded_at timestamptz,          -- out: when Meta last got it; ids live 30 days
  created_at       timestamptz not null,
  primary key (workspace_id, id)
);
call platform_isolate('whatsapp_media');
-- The fetcher: what waits, oldest first.
create index whatsapp_media_due_idx on whatsapp_media (workspace_id, due_at) where state in ('waiting', 'fetching');

-- The outbox. The id is the message's, and goes to Meta as biz_opaque_callback_data.
create table whatsapp_outbox (
  workspace_id   uuid        not null,
  id             uuid        not null,
  number_id      uuid        not null,
  contact_id     uuid        not null,
  sequence       bigint      generated always as identity,
  kind           text        not null check (kind in ('message', 'read_receipt')),
  state          text        not null check (state in ('queued', 'sending', 'in_doubt', 'accepted', 'failed', 'dropped')),
  payload_sealed bytea       not null,
  attempts       integer     not null default 0,
  due_at         timestamptz not null,
  attempted_at   timestamptz,
  failure_code   integer,              -- Meta's, of the last refusal
  failure_reason text,                 -- ours, as docs/errors.md lists them
  created_at     timestamptz not null,
  settled_at     timestamptz,          -- accepted, failed or dropped since
  primary key (workspace_id, id),
  check ((settled_at is null) = (state in ('queued', 'sending', 'in_doubt')))
);
call platform_isolate('whatsapp_outbox');
-- The sender: what is open for a number, in order.
create index whatsapp_outbox_open_idx on whatsapp_outbox (workspace_id, number_id, sequence)
  where state in ('queued', 'sending', 'in_doubt');
-- The sender: does anything older of this contact stand before it?
create index whatsapp_outbox_contact_idx on whatsapp_outbox (workspace_id, contact_id, sequence)
  where state in ('queued', 'sending', 'in_doubt');
-- The sweep: what was settled long ago.
create index whatsapp_outbox_settled_idx on whatsapp_outbox (workspace_id, settled_at) where settled_at is not null;

grant select, insert, update on whatsapp_app, whatsapp_app_route, whatsapp_number, whatsapp_number_route,
  whatsapp_template, whatsapp_notice, whatsapp_quarantine, whatsapp_media, whatsapp_outbox to wardroom_app;
grant delete on whatsapp_app_route, whatsapp_number_route, whatsapp_template, whatsapp_outbox to wardroom_app;
