-- Every wrapped key lives in this schema, and no data backup contains it: destroying a key here reaches the backups.
create schema vault;
grant usage on schema vault to wardroom_app;

-- What proves, at start, that the root key in the provider is the one that wrapped this database.
create table vault.root_check (
  id         smallint    primary key check (id = 1),
  root_key   bytea       not null, -- identifier of the root key: a hash, not the key
  sealed     bytea       not null,
  created_at timestamptz not null default now()
);
grant select, insert, update on vault.root_check to wardroom_app;

-- One key per workspace and version, wrapped by the root key; the nil workspace is the installation.
create table vault.workspace_key (
  workspace_id uuid        not null,
  version      integer     not null check (version > 0),
  wrapped      bytea,                -- null: destroyed
  created_at   timestamptz not null default now(),
  destroyed_at timestamptz,
  primary key (workspace_id, version),
  check ((wrapped is null) = (destroyed_at is not null))
);
call platform_isolate('vault.workspace_key');

-- Keys of keyed hashes and row MACs: random, wrapped by the workspace key, never rotated with it.
create table vault.index_key (
  workspace_id          uuid        not null,
  name                  text        not null,
  workspace_key_version integer     not null,
  wrapped               bytea       not null,
  created_at            timestamptz not null default now(),
  primary key (workspace_id, name)
);
call platform_isolate('vault.index_key');

-- The keys that seal: one per subject, class and month.
create table vault.data_key (
  workspace_id          uuid        not null,
  id                    uuid        not null,
  subject_id            uuid        not null, -- contact, member, workspace or installation
  class                 text        not null check (class in ('profile', 'conversation', 'record', 'member', 'workspace')),
  month                 date        not null check (extract(day from month) = 1),
  workspace_key_version integer     not null,
  wrapped               bytea,                -- null: destroyed
  created_at            timestamptz not null default now(),
  destroyed_at          timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, subject_id, class, month),
  check ((wrapped is null) = (destroyed_at is not null))
);
call platform_isolate('vault.data_key');

grant select, insert, update on vault.workspace_key, vault.index_key, vault.data_key to wardroom_app;
