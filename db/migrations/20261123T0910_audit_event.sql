-- The audit log. `bytes` is the entry as canonical JSON (RFC 8785), stored once and hashed as stored; the other
-- columns are copies to search by, and a verification compares them. By day, so that what is old goes as a whole.
create table audit_event (
  workspace_id uuid        not null, -- the nil UUID: the installation
  day          date        not null,
  id           uuid        not null,
  occurred_at  timestamptz not null,
  kind         text        not null,
  actor        text        not null, -- "member:<id>", "system:<job>", "meta:<app id>", "anonymous"
  subject      text        not null, -- what it was done to: "conversation:<id>"
  contact_id   uuid,                 -- whose data it concerned
  outcome      text        not null check (outcome in ('success', 'refusal', 'failure')),
  bytes        bytea       not null check (octet_length(bytes) <= 8192),
  salt         bytea       not null check (octet_length(salt) = 16),
  primary key (workspace_id, day, id)
) partition by range (day);
call platform_isolate('audit_event');

-- The log of a workspace, newest first.
create index audit_event_newest_idx on audit_event (workspace_id, occurred_at desc);
-- "When was this person's data looked at?"
create index audit_event_contact_idx on audit_event (workspace_id, contact_id, occurred_at desc) where contact_id is not null;

-- Nothing is lost when a partition is missing: it lands here and the job that makes partitions says so.
create table audit_event_rest partition of audit_event default;
call platform_isolate('audit_event_rest');

-- What the sequencer has not yet put into the tree. The row proves who wrote the entry and in which order:
-- `counter` rises per writer and workspace, `mac` is made with a key that the database does not hold.
create table audit_pending (
  workspace_id uuid   not null,
  writer       uuid   not null,
  counter      bigint not null,
  event_day    date   not null,
  event_id     uuid   not null,
  leaf_hash    bytea  not null check (octet_length(leaf_hash) = 32),
  mac          bytea  not null check (octet_length(mac) = 32),
  primary key (workspace_id, writer, counter)
);
call platform_isolate('audit_pending');

-- Append-only for the application: no update, no delete, no truncate is granted. The sequencer may delete pending rows.
grant select, insert on audit_event, audit_pending to wardroom_app;
grant delete on audit_pending to wardroom_app;

create function audit_event_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_event is append-only';
end $$;
create trigger audit_event_append_only before update or truncate on audit_event
  for each statement execute function audit_event_is_append_only();

-- The application makes tomorrow's partitions without owning a table.
create function audit_ensure_partition(wanted date) returns boolean
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  name text := 'audit_event_' || to_char(wanted, 'YYYYMMDD');
begin
  if wanted < current_date - 1 or wanted > current_date + 14 then
    raise exception 'partition out of range';
  end if;
  if to_regclass('public.' || name) is not null then
    return false;
  end if;
  execute format('create table public.%I partition of public.audit_event for values from (%L) to (%L)',
    name, wanted, wanted + 1);
  call public.platform_isolate(('public.' || name)::regclass);
  return true;
exception
  -- Two processes at once, or entries of that day lie in the rest already: they stay there, and are found there.
  when duplicate_table or check_violation then return false;
end $$;
revoke all on function audit_ensure_partition(date) from public;
grant execute on function audit_ensure_partition(date) to wardroom_app;
