-- One-time links: for a new password, for a new e-mail address and for stopping it, for cancelling a factor reset, for
-- an Owner's recovery. Only a keyed hash of the token is kept. The MAC covers the row with its version.
create table identity_recovery_link (
  workspace_id uuid        not null,
  id           uuid        not null,
  token_hash   bytea       not null check (octet_length(token_hash) = 32),
  person_id    uuid        not null, -- for an unknown address one that is nobody's, so that both cases write the same
  purpose      text        not null check (purpose in
                 ('password_reset', 'email_confirm', 'email_stop', 'factor_reset_cancel', 'owner_recovery')),
  about_id     uuid,                 -- the change or the reset that it belongs to
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  ended_at     timestamptz,          -- used, or of no use any more
  version      bigint      not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id),
  unique (workspace_id, token_hash)
);
call platform_isolate('identity_recovery_link');
-- A new link ends those before it, and a changed address all of them.
create index identity_recovery_link_person_idx on identity_recovery_link (workspace_id, person_id, purpose);

-- A change of a person's e-mail address: asked for, confirmed or stopped. Of the installation, as people are.
create table identity_email_change (
  workspace_id  uuid        not null,
  id            uuid        not null,
  person_id     uuid        not null,
  before_sealed bytea       not null,
  after_sealed  bytea       not null,
  state         text        not null check (state in ('asked', 'confirmed', 'stopped', 'reverted')),
  created_at    timestamptz not null,
  expires_at    timestamptz not null, -- until then it can be confirmed
  version       bigint      not null,
  mac           bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id)
);
call platform_isolate('identity_email_change');
create index identity_email_change_person_idx on identity_email_change (workspace_id, person_id);

-- The loss of all factors, confirmed by an Admin who saw who it is: effective at due_at unless it is cancelled.
create table identity_factor_reset (
  workspace_id uuid        not null,
  id           uuid        not null,
  member_id    uuid        not null,
  person_id    uuid        not null,
  started_by   uuid        not null,
  how          text        not null check (how in ('video_call', 'in_person', 'known_number', 'other')),
  note_sealed  bytea       not null,
  state        text        not null check (state in ('pending', 'cancelled', 'done')),
  created_at   timestamptz not null,
  due_at       timestamptz not null,
  ended_at     timestamptz,
  version      bigint      not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id)
);
call platform_isolate('identity_factor_reset');
-- One at a time for a member; and what is due.
create unique index identity_factor_reset_pending_idx on identity_factor_reset (workspace_id, member_id)
  where state = 'pending';

-- An invitation may be bound to the address that it was sent to. Null: a link to copy. Version 0: from before.
alter table identity_invitation add column email_sealed bytea;
alter table identity_invitation add column version bigint not null default 0;

grant select, insert, update, delete on identity_recovery_link, identity_email_change to wardroom_app;
grant select, insert, update on identity_factor_reset to wardroom_app;
-- A person's address is found under another hash once a change of it is confirmed.
grant delete on identity_login to wardroom_app;
