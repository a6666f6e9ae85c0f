-- How a workspace's people sign in with their company's account: one connection per protocol. The settings are
-- addresses, certificates and rules: nothing secret and nothing personal. The MAC covers the row: whoever writes it by
-- hand sends nobody to a provider of theirs.
create table identity_sso_connection (
  workspace_id  uuid        not null,
  id            uuid        not null,
  protocol      text        not null check (protocol in ('oidc', 'saml')),
  enabled       boolean     not null,
  settings      text        not null, -- JSON
  secret_sealed bytea,                -- oidc: the client secret
  changed_at    timestamptz not null,
  changed_by    uuid        not null,
  version       bigint      not null,
  mac           bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id),
  unique (workspace_id, protocol)
);
call platform_isolate('identity_sso_connection');

-- Routing, without row-level security: the address that a provider sends people back to finds the workspace. Ids.
create table identity_sso_route (
  connection_id uuid primary key,
  workspace_id  uuid not null,
  protocol      text not null check (protocol in ('oidc', 'saml'))
);

-- Whose company account is whose: the keyed hash of issuer and subject leads to a member. Gives power: a MAC.
create table identity_sso_link (
  workspace_id  uuid        not null,
  id            uuid        not null,
  connection_id uuid        not null,
  member_id     uuid        not null,
  person_id     uuid        not null,
  subject_hash  bytea       not null check (octet_length(subject_hash) = 32),
  made_by       text        not null check (made_by in ('self', 'invitation', 'directory')),
  created_at    timestamptz not null,
  used_at       timestamptz,
  version       bigint      not null,
  mac           bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id),
  unique (workspace_id, connection_id, subject_hash),
  unique (workspace_id, connection_id, member_id)
);
call platform_isolate('identity_sso_link');

-- Round trips under way, before a workspace is known: found by the keyed hash of their state, once, for ten minutes.
create table identity_sso_attempt (
  state_hash     bytea       primary key check (octet_length(state_hash) = 32),
  id             uuid        not null,
  workspace_id   uuid        not null,
  connection_id  uuid        not null,
  content_sealed bytea       not null,
  expires_at     timestamptz not null,
  mac            bytea       not null check (octet_length(mac) = 32)
);
create index identity_sso_attempt_expiry_idx on identity_sso_attempt (expires_at);

-- Assertions of SAML that have signed somebody in, until they would be refused for their age.
create table identity_sso_assertion (
  workspace_id   uuid        not null,
  assertion_hash bytea       not null check (octet_length(assertion_hash) = 32),
  expires_at     timestamptz not null,
  primary key (workspace_id, assertion_hash)
);
call platform_isolate('identity_sso_assertion');

grant select, insert, update, delete on
  identity_sso_connection, identity_sso_route, identity_sso_link, identity_sso_attempt, identity_sso_assertion
  to wardroom_app;
