-- A release to come, for tests of the upgrade: a column, its backfill, an index and a promise about all rows.
alter table inbox_message add column touched integer not null default 0;
