-- The browsers that a member has used. Each holds a token of its own, given after a full sign-in. The MAC covers the
-- row but for when it was last seen: writing it by hand makes no device trusted.
create table identity_device (
  workspace_id      uuid        not null,
  id                uuid        not null,
  member_id         uuid        not null,
  token_hash        bytea       not null check (octet_length(token_hash) = 32),
  state             text        not null check (state in ('trusted', 'waiting', 'ended')),
  created_at        timestamptz not null,
  expires_at        timestamptz not null,
  decided_by        uuid,                    -- who approved or refused it, or made it be forgotten
  seen_at           timestamptz not null,
  user_agent_sealed bytea,
  country_sealed    bytea,                   -- where it was at its last full sign-in
  version           bigint      not null,
  mac               bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references identity_member (workspace_id, id)
);
call platform_isolate('identity_device');
-- "Devices and sessions" of a member, and what waits in a workspace.
create index identity_device_member_idx on identity_device (workspace_id, member_id);
create index identity_device_waiting_idx on identity_device (workspace_id) where state = 'waiting';

-- Routing, without row-level security: the hash of a device's token, before a workspace is known.
create table identity_device_route (
  token_hash   bytea primary key check (octet_length(token_hash) = 32),
  workspace_id uuid  not null,
  device_id    uuid  not null
);

-- The networks that a member has come from: keyed hashes of a /24 or /48. The MAC leaves out when it was last seen.
create table identity_network (
  workspace_id uuid        not null,
  member_id    uuid        not null,
  network_hash bytea       not null check (octet_length(network_hash) = 32),
  seen_at      timestamptz not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, member_id, network_hash),
  foreign key (workspace_id, member_id) references identity_member (workspace_id, id)
);
call platform_isolate('identity_network');

grant select, insert, update, delete on identity_device, identity_device_route, identity_network to wardroom_app;
