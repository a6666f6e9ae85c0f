-- Workspaces. Its id is all that is known before a workspace is chosen; the name is sealed.
create table identity_workspace (
  workspace_id uuid        primary key,
  name_sealed  bytea       not null,
  time_zone    text        not null,
  created_at   timestamptz not null
);
call platform_isolate('identity_workspace');

-- Routing, without row-level security: which workspaces exist. Ids only.
create table identity_workspace_route (
  workspace_id uuid        primary key,
  created_at   timestamptz not null
);

-- The set-up of an installation: one code, then one set-up session, each once. Hashes only.
create table identity_setup (
  id                 smallint    primary key check (id = 1),
  code_hash          bytea,
  code_expires_at    timestamptz,
  session_hash       bytea,
  session_expires_at timestamptz,
  attempts           integer     not null default 0
);

-- Routing, without row-level security: a keyed hash of an e-mail address finds the person.
create table identity_login (
  email_hash bytea primary key check (octet_length(email_hash) = 32),
  person_id  uuid  not null unique
);

-- A person of the installation (workspace_id is the nil UUID).
create table identity_person (
  workspace_id uuid        not null,
  id           uuid        not null,
  email_sealed bytea       not null,
  language     text        not null check (language in ('en', 'ar')),
  created_at   timestamptz not null,
  primary key (workspace_id, id)
);
call platform_isolate('identity_person');

-- What a person proves themselves with. The MAC covers the row: writing it by hand gives nobody a way in.
create table identity_credential (
  workspace_id uuid        not null,
  id           uuid        not null,
  person_id    uuid        not null,
  kind         text        not null check (kind in ('password', 'totp', 'recovery_code')),
  secret       bytea       not null, -- password: PHC string; totp: sealed secret; recovery code: keyed hash
  last_step    bigint,               -- totp: the last time step that was accepted
  used_at      timestamptz,          -- recovery code: spent
  created_at   timestamptz not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references identity_person (workspace_id, id)
);
call platform_isolate('identity_credential');
create index identity_credential_person_idx on identity_credential (workspace_id, person_id, kind);
create unique index identity_credential_single_idx on identity_credential (workspace_id, person_id, kind)
  where kind in ('password', 'totp');

-- Failed attempts, per person or address, kept as keyed hashes.
create table identity_attempt (
  key_hash        bytea       primary key check (octet_length(key_hash) = 32),
  failures        integer     not null,
  last_failure_at timestamptz not null,
  blocked_until   timestamptz
);

-- A person in a workspace. Role and state give power: the row carries a MAC.
create table identity_member (
  workspace_id   uuid        not null,
  id             uuid        not null,
  person_id      uuid        not null,
  name_sealed    bytea       not null,
  role           text        not null check (role in ('agent', 'team_lead', 'admin', 'owner')),
  state          text        not null check (state in ('active', 'deactivated')),
  created_at     timestamptz not null,
  deactivated_at timestamptz,
  last_seen_at   timestamptz,          -- to within some minutes; gives no power, so the MAC leaves it out
  mac            bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id),
  unique (workspace_id, person_id)
);
call platform_isolate('identity_member');

-- Routing, without row-level security: which workspaces a person belongs to.
create table identity_membership_route (
  person_id    uuid not null,
  workspace_id uuid not null,
  member_id    uuid not null,
  primary key (person_id, workspace_id)
);

-- Sessions, found by the hash of their token before a workspace is known. The MAC covers the row.
create table identity_session (
  token_hash   bytea       primary key check (octet_length(token_hash) = 32),
  id           uuid        not null unique,
  workspace_id uuid        not null,
  person_id    uuid        not null,
  member_id    uuid        not null,
  assurance    smallint    not null check (assurance in (1, 2)), -- 1: password only, may do nothing but prove the second factor
  created_at   timestamptz not null,
  factor_at    timestamptz,          -- when the second factor was last proved
  seen_at      timestamptz not null,
  expires_at   timestamptz not null,
  user_agent_sealed bytea,
  mac          bytea       not null check (octet_length(mac) = 32)
);
create index identity_session_person_idx on identity_session (person_id);

-- Every request: the session and its member in one round trip. The workspace is known only from the session, so the
-- function enters it, reads the member under row-level security and leaves again. It runs with the caller's rights.
create function identity_find_session(wanted bytea, moment timestamptz) returns table (
  id uuid, workspace_id uuid, person_id uuid, member_id uuid, assurance smallint, created_at timestamptz,
  factor_at timestamptz, expires_at timestamptz, user_agent_sealed bytea, mac bytea,
  member_person_id uuid, member_role text, member_state text, member_created_at timestamptz,
  member_deactivated_at timestamptz, member_mac bytea
) language plpgsql set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
  before text := current_setting('app.workspace', true);
  found_session identity_session;
begin
  select * into found_session from identity_session s where s.token_hash = wanted and s.expires_at > moment;
  if not found then
    return;
  end if;
  perform set_config('app.workspace', found_session.workspace_id::text, true);
  -- Rarely, so that a request stays a read. Member before session: the order in which a deactivation locks them.
  if found_session.seen_at < moment - interval '5 minutes' then
    update identity_member m set last_seen_at = moment
      where m.workspace_id = found_session.workspace_id and m.id = found_session.member_id;
    update identity_session s set seen_at = moment where s.token_hash = wanted;
  end if;
  return query
    select found_session.id, found_session.workspace_id, found_session.person_id, found_session.member_id,
      found_session.assurance, found_session.created_at, found_session.factor_at, found_session.expires_at,
      found_session.user_agent_sealed, found_session.mac,
      m.person_id, m.role, m.state, m.created_at, m.deactivated_at, m.mac
    from identity_member m
    where m.workspace_id = found_session.workspace_id and m.id = found_session.member_id;
  perform set_config('app.workspace', coalesce(before, ''), true);
end $$;
revoke all on function identity_find_session(bytea, timestamptz) from public;
grant execute on function identity_find_session(bytea, timestamptz) to wardroom_app;

-- Invitations by a link to copy.
create table identity_invitation (
  workspace_id uuid        not null,
  id           uuid        not null,
  name_sealed  bytea       not null,
  role         text        not null check (role in ('agent', 'team_lead', 'admin', 'owner')),
  invited_by   uuid        not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  accepted_at  timestamptz,
  revoked_at   timestamptz,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id)
);
call platform_isolate('identity_invitation');

-- Routing, without row-level security: the hash of an invitation's token finds its workspace.
create table identity_invitation_route (
  token_hash    bytea primary key check (octet_length(token_hash) = 32),
  workspace_id  uuid  not null,
  invitation_id uuid  not null
);

grant select, insert, update on
  identity_workspace, identity_workspace_route, identity_setup, identity_login, identity_person, identity_credential,
  identity_attempt, identity_member, identity_membership_route, identity_session, identity_invitation,
  identity_invitation_route to wardroom_app;
grant delete on identity_setup, identity_credential, identity_attempt, identity_session, identity_invitation_route to wardroom_app;
