-- Workspaces that are deleted, or are being deleted, for ever: ids only, and no row leaves. Nothing is written into one of
-- them any more, so that a process that did not hear of its end leaves no row behind that nobody would ever remove.
create table platform_closed_workspace (
  id uuid primary key check (id <> '00000000-0000-0000-0000-000000000000')
);
grant select, insert on platform_closed_workspace to wardroom_app;

-- Who writes into a workspace holds its lock, shared, until their transaction ends, and looks after that whether it is
-- closed: so whoever closes it and then gets the lock alone knows that nobody writes any more, nor will.
create function platform_refuse_closed() returns trigger language plpgsql as $$
declare
  workspace uuid;
begin
  if tg_level = 'ROW' then
    workspace := new.workspace_id;
  else
    workspace := nullif(current_setting('app.workspace', true), '')::uuid;
  end if;
  if workspace is not null and workspace <> '00000000-0000-0000-0000-000000000000' then
    perform pg_advisory_xact_lock_shared(7203118, hashtext(workspace::text));
    if exists (select from public.platform_closed_workspace c where c.id = workspace) then
      raise exception 'this workspace is closed' using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  return new;
end $$;

-- Whether all who were writing into a workspace have ended; never waits. The caller's transaction is to end at once.
create function platform_have_writers_ended(workspace uuid) returns boolean language sql as $$
  select pg_try_advisory_xact_lock(7203118, hashtext(workspace::text))
$$;
revoke all on function platform_have_writers_ended(uuid) from public;
grant execute on function platform_have_writers_ended(uuid) to wardroom_app;

-- For a table that carries workspace_id. One look a statement where row-level security holds rows and setting together,
-- else one a row. The log is written on: what happens to a closed workspace is told there.
create procedure platform_close_with_workspace(target regclass) language plpgsql as $$
declare
  level text;
begin
  select case when c.relrowsecurity then 'statement' else 'row' end into level from pg_class c where c.oid = target;
  execute format('create trigger refuse_closed_workspace before insert on %s
    for each %s execute function public.platform_refuse_closed()', target, level);
end $$;
revoke all on procedure platform_close_with_workspace(regclass) from public;

create or replace procedure platform_isolate(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy workspace_isolation on %s
       using (workspace_id = nullif(current_setting(''app.workspace'', true), '''')::uuid)
       with check (workspace_id = nullif(current_setting(''app.workspace'', true), '''')::uuid)', target);
  if (select c.relname !~ '^audit_' from pg_class c where c.oid = target) then
    call public.platform_close_with_workspace(target);
  end if;
end $$;

do $$
declare
  target regclass;
begin
  for target in
    select c.oid::regclass from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
    where n.nspname in ('public', 'vault') and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname !~ '^audit_'
    order by c.oid
  loop
    call platform_close_with_workspace(target);
  end loop;
end $$;
