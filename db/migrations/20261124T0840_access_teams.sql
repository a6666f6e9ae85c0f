-- Teams of a workspace. One without any is as one team with everybody in it.
create table access_team (
  workspace_id uuid        not null,
  id           uuid        not null,
  name_sealed  bytea       not null,
  created_at   timestamptz not null,
  dissolved_at timestamptz,
  version      bigint      not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id)
);
call platform_isolate('access_team');

-- The teams of a member: one row each, never deleted, so that an older one cannot come back.
create table access_team_member (
  workspace_id uuid        not null,
  member_id    uuid        not null,
  team_ids     uuid[]      not null, -- sorted
  changed_at   timestamptz not null,
  version      bigint      not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, member_id)
);
call platform_isolate('access_team_member');

-- Which teams see a number, and to which its new chats go. No row: everybody sees it.
create table access_number_team (
  workspace_id    uuid        not null,
  number_id       uuid        not null,
  team_ids        uuid[]      not null, -- sorted; empty: all
  default_team_id uuid,
  changed_at      timestamptz not null,
  version         bigint      not null,
  mac             bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, number_id)
);
call platform_isolate('access_number_team');

-- Into which teams an invitation leads. Written once.
create table access_invitation_team (
  workspace_id  uuid   not null,
  invitation_id uuid   not null,
  team_ids      uuid[] not null, -- sorted
  mac           bytea  not null check (octet_length(mac) = 32),
  primary key (workspace_id, invitation_id)
);
call platform_isolate('access_invitation_team');

-- An Owner offers ownership, the other accepts: both acts, or none.
create table access_ownership_offer (
  workspace_id uuid        not null,
  id           uuid        not null,
  offered_by   uuid        not null,
  offered_to   uuid        not null,
  afterwards   text        not null check (afterwards in ('owner', 'admin')), -- what the one who offers is then
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  ended_at     timestamptz,
  outcome      text        check (outcome in ('accepted', 'declined', 'cancelled')),
  version      bigint      not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id)
);
call platform_isolate('access_ownership_offer');
-- Those that wait: one at a time in a workspace.
create unique index access_ownership_offer_open_idx on access_ownership_offer (workspace_id) where ended_at is null;

grant select, insert, update on
  access_team, access_team_member, access_number_team, access_invitation_team, access_ownership_offer to wardroom_app;
