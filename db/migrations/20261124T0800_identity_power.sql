-- Rows that give power count their versions: one put back from an old copy carries a MAC that fits, and is older than
-- what was seen. 0 is a row from before, whose MAC does not name it.
alter table identity_member add column version bigint not null default 0;

-- What a workspace has decided about its own security: one row per policy that is not as it comes. Canonical JSON, kept
-- as text because the MAC is over its characters.
create table identity_policy (
  workspace_id uuid        not null,
  name         text        not null,
  value        text        not null,
  version      bigint      not null,
  changed_at   timestamptz not null,
  mac          bytea       not null check (octet_length(mac) = 32),
  primary key (workspace_id, name)
);
call platform_isolate('identity_policy');
grant select, insert, update on identity_policy to wardroom_app;

drop function identity_find_session(bytea, timestamptz);
create function identity_find_session(wanted bytea, moment timestamptz) returns table (
  id uuid, workspace_id uuid, person_id uuid, member_id uuid, assurance smallint, created_at timestamptz,
  factor_at timestamptz, expires_at timestamptz, user_agent_sealed bytea, mac bytea,
  member_person_id uuid, member_role text, member_state text, member_created_at timestamptz,
  member_deactivated_at timestamptz, member_version bigint, member_mac bytea
) language plpgsql set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
  before text := current_setting('app.workspace', true);
  found_session identity_session;
begin
  select * into found_session from identity_session s where s.token_hash = wanted and s.expires_at > moment;
  if not found then
    return;
  end if;
  perform set_config('app.workspace', found_session.workspace_id::text, true);
  -- Rarely, so that a request stays a read. Member before session: the order in which a deactivation locks them.
  if found_session.seen_at < moment - interval '5 minutes' then
    update identity_member m set last_seen_at = moment
      where m.workspace_id = found_session.workspace_id and m.id = found_session.member_id;
    update identity_session s set seen_at = moment where s.token_hash = wanted;
  end if;
  return query
    select found_session.id, found_session.workspace_id, found_session.person_id, found_session.member_id,
      found_session.assurance, found_session.created_at, found_session.factor_at, found_session.expires_at,
      found_session.user_agent_sealed, found_session.mac,
      m.person_id, m.role, m.state, m.created_at, m.deactivated_at, m.version, m.mac
    from identity_member m
    where m.workspace_id = found_session.workspace_id and m.id = found_session.member_id;
  perform set_config('app.workspace', coalesce(before, ''), true);
end $$;
revoke all on function identity_find_session(bytea, timestamptz) from public;
grant execute on function identity_find_session(bytea, timestamptz) to wardroom_app;
