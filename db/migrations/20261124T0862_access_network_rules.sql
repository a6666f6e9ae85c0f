-- From which networks the console is reached, one row a workspace. Who writes it decides who comes in: it carries a MAC
-- and a version. The networks themselves are sealed: they say where a business is.
create table access_network_rules (
  workspace_id uuid        primary key,
  rules_sealed bytea       not null, -- JSON: lists of CIDRs for everybody and per role, and names of networks
  version      bigint      not null check (version > 0),
  changed_at   timestamptz not null,
  changed_by   uuid,                 -- the member; null: the command line
  mac          bytea       not null check (octet_length(mac) = 32)
);
call platform_isolate('access_network_rules');
grant select, insert, update on access_network_rules to wardroom_app;
