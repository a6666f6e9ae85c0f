-- Walls first. Every table that carries workspace_id is given to platform_isolate, so that a forgotten `where`
-- shows nothing instead of another business. `nullif` because a pooled connection that once held the setting
-- reads it back as '' and not as null.
create procedure platform_isolate(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy workspace_isolation on %s
       using (workspace_id = nullif(current_setting(''app.workspace'', true), '''')::uuid)
       with check (workspace_id = nullif(current_setting(''app.workspace'', true), '''')::uuid)', target);
end $$;
revoke all on procedure platform_isolate(regclass) from public;

-- One row per piece of work that only one process may do at a time. `fencing` rises with every new holder:
-- what a holder writes names it, so that one who slept past its lease is refused.
create table platform_lease (
  name       text        primary key,
  holder     uuid        not null,
  fencing    bigint      not null,
  expires_at timestamptz not null
);
grant select, insert, update, delete on platform_lease to wardroom_app;
