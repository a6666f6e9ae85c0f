-- What the company's directory proves itself with (SCIM 2.0). Only a keyed hash is kept; the MAC covers the row.
create table identity_scim_token (
  workspace_id uuid        not null,
  id           uuid        not null,
  token_hash   bytea       not null check (octet_length(token_hash) = 32),
  made_by      uuid        not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  used_at      timestamptz,          -- to within some minutes; gives no power, so the MAC leaves it out
  version      bigint      not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id)
);
call platform_isolate('identity_scim_token');

-- Routing, without row-level security: the hash of a directory's token finds its workspace.
create table identity_scim_token_route (
  token_hash   bytea primary key check (octet_length(token_hash) = 32),
  workspace_id uuid  not null,
  token_id     uuid  not null
);

-- A member as the directory knows them. Its id for them can lead to a sign-in, and its word to a role: a MAC.
create table identity_scim_user (
  workspace_id     uuid        not null,
  id               uuid        not null,
  member_id        uuid        not null,
  person_id        uuid        not null,
  origin           text        not null check (origin in ('made', 'adopted')),
  active           boolean     not null,
  user_name_hash   bytea       not null check (octet_length(user_name_hash) = 32),
  external_id_hash bytea       check (octet_length(external_id_hash) = 32),
  profile_sealed   bytea       not null, -- names and addresses, as the directory wrote them
  base_role        text        not null check (base_role in ('agent', 'team_lead', 'admin')), -- without any group
  granted_role     text        check (granted_role in ('agent', 'team_lead', 'admin')),       -- by a group
  created_at       timestamptz not null,
  changed_at       timestamptz not null,
  deleted_at       timestamptz,
  version          bigint      not null,
  mac              bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id),
  unique (workspace_id, member_id),
  unique (workspace_id, user_name_hash)
);
call platform_isolate('identity_scim_user');
create unique index identity_scim_user_external_idx on identity_scim_user (workspace_id, external_id_hash)
  where external_id_hash is not null and deleted_at is null;

-- A group of the directory, and the role that an Admin lets it give.
create table identity_scim_group (
  workspace_id     uuid        not null,
  id               uuid        not null,
  name_hash        bytea       not null check (octet_length(name_hash) = 32),
  external_id_hash bytea       check (octet_length(external_id_hash) = 32),
  profile_sealed   bytea       not null,
  role             text        check (role in ('agent', 'team_lead', 'admin')),
  created_at       timestamptz not null,
  changed_at       timestamptz not null,
  version          bigint      not null,
  mac              bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id),
  unique (workspace_id, name_hash)
);
call platform_isolate('identity_scim_group');

create table identity_scim_group_member (
  workspace_id uuid  not null,
  group_id     uuid  not null,
  user_id      uuid  not null,
  mac          bytea not null check (octet_length(mac) = 32),
  primary key (workspace_id, group_id, user_id),
  foreign key (workspace_id, group_id) references identity_scim_group (workspace_id, id) on delete cascade,
  foreign key (workspace_id, user_id) references identity_scim_user (workspace_id, id)
);
call platform_isolate('identity_scim_group_member');
-- A user's groups, when their role is worked out.
create index identity_scim_group_member_user_idx on identity_scim_group_member (workspace_id, user_id);

grant select, insert, update, delete on
  identity_scim_token, identity_scim_token_route, identity_scim_user, identity_scim_group, identity_scim_group_member
  to wardroom_app;
