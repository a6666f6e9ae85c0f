-- Sessions may be bound to a key that the browser's device keeps (Device Bound Session Credentials). The MAC of a bound
-- session covers the binding; that of one without is as before, so nobody is signed out.
alter table identity_session
  add column binding_id       uuid,        -- what the browser knows the binding by; stays while the token changes
  add column binding_key      bytea,       -- the public key, SubjectPublicKeyInfo
  add column bound_at         timestamptz, -- when the key was registered
  add column binding_shown_at timestamptz, -- when the browser first showed that it has heard of it
  add constraint identity_session_binding
    check ((binding_id is null) = (binding_key is null) and (binding_id is null) = (bound_at is null)
      and (binding_id is not null or binding_shown_at is null));
-- A browser that renews its short cookie names the binding.
create unique index identity_session_binding_idx on identity_session (binding_id) where binding_id is not null;

drop function identity_find_session(bytea, timestamptz);
-- Every request: the session and its member in one round trip. The workspace is known only from the session, so the
-- function enters it, reads the member under row-level security and leaves again. It runs with the caller's rights.
create function identity_find_session(wanted bytea, moment timestamptz) returns table (
  id uuid, workspace_id uuid, person_id uuid, member_id uuid, version bigint, assurance smallint, pending text,
  method text, device_id uuid, device_hash bytea, network_hash bytea, country_hash bytea, created_at timestamptz,
  factor_at timestamptz, active_at timestamptz, locked_at timestamptz, expires_at timestamptz,
  user_agent_sealed bytea, binding_id uuid, binding_key bytea, bound_at timestamptz, binding_shown_at timestamptz,
  mac bytea,
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
      found_session.version, found_session.assurance, found_session.pending, found_session.method,
      found_session.device_id, found_session.device_hash, found_session.network_hash, found_session.country_hash,
      found_session.created_at, found_session.factor_at, found_session.active_at, found_session.locked_at,
      found_session.expires_at, found_session.user_agent_sealed, found_session.binding_id, found_session.binding_key,
      found_session.bound_at, found_session.binding_shown_at, found_session.mac,
      m.person_id, m.role, m.state, m.created_at, m.deactivated_at, m.version, m.mac
    from identity_member m
    where m.workspace_id = found_session.workspace_id and m.id = found_session.member_id;
  perform set_config('app.workspace', coalesce(before, ''), true);
end $$;
revoke all on function identity_find_session(bytea, timestamptz) from public;
grant execute on function identity_find_session(bytea, timestamptz) to wardroom_app;
