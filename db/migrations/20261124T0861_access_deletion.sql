-- The deletion of a workspace: asked for by an Owner, waiting, cancelled or under way. Its MAC is under the
-- installation's key, because it outlives the workspace's.
create table access_deletion (
  workspace_id uuid        primary key,
  state        text        not null check (state in ('waiting', 'cancelled', 'running')),
  requested_by uuid        not null, -- the member
  requested_at timestamptz not null, -- by the database's clock
  due_at       timestamptz not null,
  decided_at   timestamptz,          -- cancelled or begun
  version      bigint      not null check (version > 0),
  mac          bytea       not null check (octet_length(mac) = 32)
);
call platform_isolate('access_deletion');

-- Routing, without row-level security: workspaces whose deletion is under way. Ids only. They are in
-- identity_workspace_route no more, so that nothing else works for them.
create table access_deletion_route (
  workspace_id uuid primary key
);

grant select, insert, update on access_deletion to wardroom_app;
grant select, insert on access_deletion_route to wardroom_app;
grant delete on identity_membership_route, identity_workspace_route to wardroom_app;

-- Takes some rows of one table of a workspace whose deletion is under way. With the owner's rights, so that the
-- application may remove content in no other way. Never the log; the row of the deletion itself comes last.
create function access_purge_rows(target regclass, amount integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
  removed integer;
begin
  if not exists (select from public.access_deletion_route r where r.workspace_id = workspace) then
    raise exception 'this workspace is not being deleted';
  end if;
  if target::text ~ '^audit_' or not exists (
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.oid = target and n.nspname in ('public', 'vault') and c.relkind = 'r'
  ) then
    raise exception 'not a table of a workspace';
  end if;
  execute format('with doomed as (select ctid as place from %1$s where workspace_id = $1 limit $2)
    delete from %1$s t using doomed where t.ctid = doomed.place and t.workspace_id = $1', target)
    using workspace, amount;
  get diagnostics removed = row_count;
  -- Keys between tables that are checked at the end: here, where it is known which rows they are of.
  set constraints all immediate;
  return removed;
end $$;
revoke all on function access_purge_rows(regclass, integer) from public;
grant execute on function access_purge_rows(regclass, integer) to wardroom_app;

-- Takes a person who belongs to no workspace any more, out of every table that names them, those that lean on others
-- first. In the installation's scope.
create function access_purge_person(person uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  target regclass;
begin
  if current_setting('app.workspace', true) is distinct from '00000000-0000-0000-0000-000000000000'
    or exists (select from public.identity_membership_route r where r.person_id = person) then
    return false;
  end if;
  for target in
    select c.oid::regclass from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'person_id' and not a.attisdropped
    where n.nspname = 'public' and c.relkind = 'r'
      and c.relname not in ('identity_member', 'identity_membership_route')
    order by c.relname
  loop
    execute format('delete from %s where person_id = $1', target) using person;
  end loop;
  delete from public.identity_person p where p.id = person;
  return found;
end $$;
revoke all on function access_purge_person(uuid) from public;
grant execute on function access_purge_person(uuid) to wardroom_app;
