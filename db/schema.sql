-- The schema as the migrations make it. Written by tools/dump-schema.ts, compared by a test, edited by nobody.
-- Everything belongs to wardroom_owner unless it says otherwise.

create schema public;
grant usage on schema public to public;

create schema vault;
grant usage on schema vault to wardroom_app;

create table access_deletion (
  workspace_id uuid not null,
  state text not null,
  requested_by uuid not null,
  requested_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  version bigint not null,
  mac bytea not null,
  constraint access_deletion_pkey PRIMARY KEY (workspace_id),
  constraint access_deletion_mac_check CHECK ((octet_length(mac) = 32)),
  constraint access_deletion_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'cancelled'::text, 'running'::text]))),
  constraint access_deletion_version_check CHECK ((version > 0))
);
alter table access_deletion enable row level security;
alter table access_deletion force row level security;
create policy workspace_isolation on access_deletion for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_deletion FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on access_deletion to wardroom_app;

create table access_deletion_route (
  workspace_id uuid not null,
  constraint access_deletion_route_pkey PRIMARY KEY (workspace_id)
);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_deletion_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant insert, select on access_deletion_route to wardroom_app;

create table access_ending_notice (
  workspace_id uuid not null,
  subject text not null,
  days smallint not null,
  noticed_at timestamp with time zone not null,
  constraint access_ending_notice_pkey PRIMARY KEY (workspace_id, subject, days)
);
alter table access_ending_notice enable row level security;
alter table access_ending_notice force row level security;
create policy workspace_isolation on access_ending_notice for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_ending_notice FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select on access_ending_notice to wardroom_app;

create table access_invitation_team (
  workspace_id uuid not null,
  invitation_id uuid not null,
  team_ids uuid[] not null,
  mac bytea not null,
  constraint access_invitation_team_pkey PRIMARY KEY (workspace_id, invitation_id),
  constraint access_invitation_team_mac_check CHECK ((octet_length(mac) = 32))
);
alter table access_invitation_team enable row level security;
alter table access_invitation_team force row level security;
create policy workspace_isolation on access_invitation_team for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_invitation_team FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on access_invitation_team to wardroom_app;

create table access_network_rules (
  workspace_id uuid not null,
  rules_sealed bytea not null,
  version bigint not null,
  changed_at timestamp with time zone not null,
  changed_by uuid,
  mac bytea not null,
  constraint access_network_rules_pkey PRIMARY KEY (workspace_id),
  constraint access_network_rules_mac_check CHECK ((octet_length(mac) = 32)),
  constraint access_network_rules_version_check CHECK ((version > 0))
);
alter table access_network_rules enable row level security;
alter table access_network_rules force row level security;
create policy workspace_isolation on access_network_rules for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_network_rules FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on access_network_rules to wardroom_app;

create table access_number_team (
  workspace_id uuid not null,
  number_id uuid not null,
  team_ids uuid[] not null,
  default_team_id uuid,
  changed_at timestamp with time zone not null,
  version bigint not null,
  mac bytea not null,
  constraint access_number_team_pkey PRIMARY KEY (workspace_id, number_id),
  constraint access_number_team_mac_check CHECK ((octet_length(mac) = 32))
);
alter table access_number_team enable row level security;
alter table access_number_team force row level security;
create policy workspace_isolation on access_number_team for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_number_team FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on access_number_team to wardroom_app;

create table access_ownership_offer (
  workspace_id uuid not null,
  id uuid not null,
  offered_by uuid not null,
  offered_to uuid not null,
  afterwards text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  outcome text,
  version bigint not null,
  mac bytea not null,
  constraint access_ownership_offer_pkey PRIMARY KEY (workspace_id, id),
  constraint access_ownership_offer_afterwards_check CHECK ((afterwards = ANY (ARRAY['owner'::text, 'admin'::text]))),
  constraint access_ownership_offer_mac_check CHECK ((octet_length(mac) = 32)),
  constraint access_ownership_offer_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'declined'::text, 'cancelled'::text])))
);
alter table access_ownership_offer enable row level security;
alter table access_ownership_offer force row level security;
create policy workspace_isolation on access_ownership_offer for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE UNIQUE INDEX access_ownership_offer_open_idx ON public.access_ownership_offer USING btree (workspace_id) WHERE (ended_at IS NULL);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_ownership_offer FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on access_ownership_offer to wardroom_app;

create table access_team (
  workspace_id uuid not null,
  id uuid not null,
  name_sealed bytea not null,
  created_at timestamp with time zone not null,
  dissolved_at timestamp with time zone,
  version bigint not null,
  mac bytea not null,
  constraint access_team_pkey PRIMARY KEY (workspace_id, id),
  constraint access_team_mac_check CHECK ((octet_length(mac) = 32))
);
alter table access_team enable row level security;
alter table access_team force row level security;
create policy workspace_isolation on access_team for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_team FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on access_team to wardroom_app;

create table access_team_member (
  workspace_id uuid not null,
  member_id uuid not null,
  team_ids uuid[] not null,
  changed_at timestamp with time zone not null,
  version bigint not null,
  mac bytea not null,
  constraint access_team_member_pkey PRIMARY KEY (workspace_id, member_id),
  constraint access_team_member_mac_check CHECK ((octet_length(mac) = 32))
);
alter table access_team_member enable row level security;
alter table access_team_member force row level security;
create policy workspace_isolation on access_team_member for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.access_team_member FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on access_team_member to wardroom_app;

create table audit_event (
  workspace_id uuid not null,
  day date not null,
  id uuid not null,
  occurred_at timestamp with time zone not null,
  kind text not null,
  actor text not null,
  subject text not null,
  contact_id uuid,
  outcome text not null,
  bytes bytea not null,
  salt bytea not null,
  constraint audit_event_pkey PRIMARY KEY (workspace_id, day, id),
  constraint audit_event_bytes_check CHECK ((octet_length(bytes) <= 8192)),
  constraint audit_event_outcome_check CHECK ((outcome = ANY (ARRAY['success'::text, 'refusal'::text, 'failure'::text]))),
  constraint audit_event_salt_check CHECK ((octet_length(salt) = 16))
) partition by RANGE (day);
alter table audit_event enable row level security;
alter table audit_event force row level security;
create policy workspace_isolation on audit_event for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX audit_event_contact_idx ON ONLY public.audit_event USING btree (workspace_id, contact_id, occurred_at DESC) WHERE (contact_id IS NOT NULL);
CREATE INDEX audit_event_newest_idx ON ONLY public.audit_event USING btree (workspace_id, occurred_at DESC);
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR TRUNCATE ON public.audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
grant insert, select on audit_event to wardroom_app;

create table audit_event_rest partition of audit_event DEFAULT (
  workspace_id uuid not null,
  day date not null,
  id uuid not null,
  occurred_at timestamp with time zone not null,
  kind text not null,
  actor text not null,
  subject text not null,
  contact_id uuid,
  outcome text not null,
  bytes bytea not null,
  salt bytea not null,
  constraint audit_event_rest_pkey PRIMARY KEY (workspace_id, day, id),
  constraint audit_event_bytes_check CHECK ((octet_length(bytes) <= 8192)),
  constraint audit_event_outcome_check CHECK ((outcome = ANY (ARRAY['success'::text, 'refusal'::text, 'failure'::text]))),
  constraint audit_event_salt_check CHECK ((octet_length(salt) = 16))
);
alter table audit_event_rest enable row level security;
alter table audit_event_rest force row level security;
create policy workspace_isolation on audit_event_rest for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX audit_event_rest_workspace_id_contact_id_occurred_at_idx ON public.audit_event_rest USING btree (workspace_id, contact_id, occurred_at DESC) WHERE (contact_id IS NOT NULL);
CREATE INDEX audit_event_rest_workspace_id_occurred_at_idx ON public.audit_event_rest USING btree (workspace_id, occurred_at DESC);

create table audit_pending (
  workspace_id uuid not null,
  writer uuid not null,
  counter bigint not null,
  event_day date not null,
  event_id uuid not null,
  leaf_hash bytea not null,
  mac bytea not null,
  constraint audit_pending_pkey PRIMARY KEY (workspace_id, writer, counter),
  constraint audit_pending_leaf_hash_check CHECK ((octet_length(leaf_hash) = 32)),
  constraint audit_pending_mac_check CHECK ((octet_length(mac) = 32))
);
alter table audit_pending enable row level security;
alter table audit_pending force row level security;
create policy workspace_isolation on audit_pending for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
grant delete, insert, select on audit_pending to wardroom_app;

create table identity_attempt (
  key_hash bytea not null,
  failures integer not null,
  last_failure_at timestamp with time zone not null,
  blocked_until timestamp with time zone,
  constraint identity_attempt_pkey PRIMARY KEY (key_hash),
  constraint identity_attempt_key_hash_check CHECK ((octet_length(key_hash) = 32))
);
grant delete, insert, select, update on identity_attempt to wardroom_app;

create table identity_credential (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null,
  secret bytea not null,
  last_step bigint,
  used_at timestamp with time zone,
  created_at timestamp with time zone not null,
  mac bytea not null,
  handle_hash bytea,
  version bigint default 0 not null,
  constraint identity_credential_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_credential_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES identity_person(workspace_id, id),
  constraint identity_credential_handle_hash_check CHECK ((octet_length(handle_hash) = 32)),
  constraint identity_credential_kind_check CHECK ((kind = ANY (ARRAY['password'::text, 'totp'::text, 'recovery_code'::text, 'passkey'::text, 'enrolment_leave'::text]))),
  constraint identity_credential_mac_check CHECK ((octet_length(mac) = 32))
);
alter table identity_credential enable row level security;
alter table identity_credential force row level security;
create policy workspace_isolation on identity_credential for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE UNIQUE INDEX identity_credential_handle_idx ON public.identity_credential USING btree (workspace_id, handle_hash) WHERE (handle_hash IS NOT NULL);
CREATE INDEX identity_credential_person_idx ON public.identity_credential USING btree (workspace_id, person_id, kind);
CREATE UNIQUE INDEX identity_credential_single_idx ON public.identity_credential USING btree (workspace_id, person_id, kind) WHERE (kind = ANY (ARRAY['password'::text, 'totp'::text, 'enrolment_leave'::text]));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_credential FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_credential to wardroom_app;

create table identity_device (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  token_hash bytea not null,
  state text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  decided_by uuid,
  seen_at timestamp with time zone not null,
  user_agent_sealed bytea,
  country_sealed bytea,
  version bigint not null,
  mac bytea not null,
  constraint identity_device_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_device_workspace_id_member_id_fkey FOREIGN KEY (workspace_id, member_id) REFERENCES identity_member(workspace_id, id),
  constraint identity_device_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_device_state_check CHECK ((state = ANY (ARRAY['trusted'::text, 'waiting'::text, 'ended'::text]))),
  constraint identity_device_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
alter table identity_device enable row level security;
alter table identity_device force row level security;
create policy workspace_isolation on identity_device for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX identity_device_member_idx ON public.identity_device USING btree (workspace_id, member_id);
CREATE INDEX identity_device_waiting_idx ON public.identity_device USING btree (workspace_id) WHERE (state = 'waiting'::text);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_device FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_device to wardroom_app;

create table identity_device_route (
  token_hash bytea not null,
  workspace_id uuid not null,
  device_id uuid not null,
  constraint identity_device_route_pkey PRIMARY KEY (token_hash),
  constraint identity_device_route_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_device_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_device_route to wardroom_app;

create table identity_email_change (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  before_sealed bytea not null,
  after_sealed bytea not null,
  state text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  version bigint not null,
  mac bytea not null,
  constraint identity_email_change_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_email_change_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_email_change_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'confirmed'::text, 'stopped'::text, 'reverted'::text])))
);
alter table identity_email_change enable row level security;
alter table identity_email_change force row level security;
create policy workspace_isolation on identity_email_change for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX identity_email_change_person_idx ON public.identity_email_change USING btree (workspace_id, person_id);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_email_change FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_email_change to wardroom_app;

create table identity_factor_reset (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  person_id uuid not null,
  started_by uuid not null,
  how text not null,
  note_sealed bytea not null,
  state text not null,
  created_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  version bigint not null,
  mac bytea not null,
  constraint identity_factor_reset_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_factor_reset_how_check CHECK ((how = ANY (ARRAY['video_call'::text, 'in_person'::text, 'known_number'::text, 'other'::text]))),
  constraint identity_factor_reset_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_factor_reset_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'cancelled'::text, 'done'::text])))
);
alter table identity_factor_reset enable row level security;
alter table identity_factor_reset force row level security;
create policy workspace_isolation on identity_factor_reset for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE UNIQUE INDEX identity_factor_reset_pending_idx ON public.identity_factor_reset USING btree (workspace_id, member_id) WHERE (state = 'pending'::text);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_factor_reset FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on identity_factor_reset to wardroom_app;

create table identity_guess_run (
  key_hash bytea not null,
  failures integer not null,
  last_failure_at timestamp with time zone not null,
  is_somebodys boolean not null,
  constraint identity_guess_run_pkey PRIMARY KEY (key_hash),
  constraint identity_guess_run_failures_check CHECK ((failures > 0)),
  constraint identity_guess_run_key_hash_check CHECK ((octet_length(key_hash) = 32))
);
grant delete, insert, select, update on identity_guess_run to wardroom_app;

create table identity_invitation (
  workspace_id uuid not null,
  id uuid not null,
  name_sealed bytea not null,
  role text not null,
  invited_by uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  revoked_at timestamp with time zone,
  mac bytea not null,
  email_sealed bytea,
  version bigint default 0 not null,
  constraint identity_invitation_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_invitation_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_invitation_role_check CHECK ((role = ANY (ARRAY['agent'::text, 'team_lead'::text, 'admin'::text, 'owner'::text])))
);
alter table identity_invitation enable row level security;
alter table identity_invitation force row level security;
create policy workspace_isolation on identity_invitation for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_invitation FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on identity_invitation to wardroom_app;

create table identity_invitation_route (
  token_hash bytea not null,
  workspace_id uuid not null,
  invitation_id uuid not null,
  constraint identity_invitation_route_pkey PRIMARY KEY (token_hash),
  constraint identity_invitation_route_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_invitation_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_invitation_route to wardroom_app;

create table identity_login (
  email_hash bytea not null,
  person_id uuid not null,
  constraint identity_login_pkey PRIMARY KEY (email_hash),
  constraint identity_login_person_id_key UNIQUE (person_id),
  constraint identity_login_email_hash_check CHECK ((octet_length(email_hash) = 32))
);
grant delete, insert, select, update on identity_login to wardroom_app;

create table identity_member (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  name_sealed bytea not null,
  role text not null,
  state text not null,
  created_at timestamp with time zone not null,
  deactivated_at timestamp with time zone,
  last_seen_at timestamp with time zone,
  mac bytea not null,
  version bigint default 0 not null,
  constraint identity_member_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_member_workspace_id_person_id_key UNIQUE (workspace_id, person_id),
  constraint identity_member_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_member_role_check CHECK ((role = ANY (ARRAY['agent'::text, 'team_lead'::text, 'admin'::text, 'owner'::text]))),
  constraint identity_member_state_check CHECK ((state = ANY (ARRAY['active'::text, 'deactivated'::text])))
);
alter table identity_member enable row level security;
alter table identity_member force row level security;
create policy workspace_isolation on identity_member for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_member FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on identity_member to wardroom_app;

create table identity_membership_route (
  person_id uuid not null,
  workspace_id uuid not null,
  member_id uuid not null,
  constraint identity_membership_route_pkey PRIMARY KEY (person_id, workspace_id)
);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_membership_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_membership_route to wardroom_app;

create table identity_network (
  workspace_id uuid not null,
  member_id uuid not null,
  network_hash bytea not null,
  seen_at timestamp with time zone not null,
  mac bytea not null,
  constraint identity_network_pkey PRIMARY KEY (workspace_id, member_id, network_hash),
  constraint identity_network_workspace_id_member_id_fkey FOREIGN KEY (workspace_id, member_id) REFERENCES identity_member(workspace_id, id),
  constraint identity_network_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_network_network_hash_check CHECK ((octet_length(network_hash) = 32))
);
alter table identity_network enable row level security;
alter table identity_network force row level security;
create policy workspace_isolation on identity_network for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_network FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_network to wardroom_app;

create table identity_person (
  workspace_id uuid not null,
  id uuid not null,
  email_sealed bytea not null,
  language text not null,
  created_at timestamp with time zone not null,
  constraint identity_person_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_person_language_check CHECK ((language = ANY (ARRAY['en'::text, 'ar'::text])))
);
alter table identity_person enable row level security;
alter table identity_person force row level security;
create policy workspace_isolation on identity_person for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_person FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on identity_person to wardroom_app;

create table identity_policy (
  workspace_id uuid not null,
  name text not null,
  value text not null,
  version bigint not null,
  changed_at timestamp with time zone not null,
  mac bytea not null,
  constraint identity_policy_pkey PRIMARY KEY (workspace_id, name),
  constraint identity_policy_mac_check CHECK ((octet_length(mac) = 32))
);
alter table identity_policy enable row level security;
alter table identity_policy force row level security;
create policy workspace_isolation on identity_policy for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_policy FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on identity_policy to wardroom_app;

create table identity_recovery_link (
  workspace_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  person_id uuid not null,
  purpose text not null,
  about_id uuid,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  version bigint not null,
  mac bytea not null,
  constraint identity_recovery_link_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_recovery_link_workspace_id_token_hash_key UNIQUE (workspace_id, token_hash),
  constraint identity_recovery_link_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_recovery_link_purpose_check CHECK ((purpose = ANY (ARRAY['password_reset'::text, 'email_confirm'::text, 'email_stop'::text, 'factor_reset_cancel'::text, 'owner_recovery'::text]))),
  constraint identity_recovery_link_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
alter table identity_recovery_link enable row level security;
alter table identity_recovery_link force row level security;
create policy workspace_isolation on identity_recovery_link for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX identity_recovery_link_person_idx ON public.identity_recovery_link USING btree (workspace_id, person_id, purpose);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_recovery_link FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_recovery_link to wardroom_app;

create table identity_scim_group (
  workspace_id uuid not null,
  id uuid not null,
  name_hash bytea not null,
  external_id_hash bytea,
  profile_sealed bytea not null,
  role text,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  version bigint not null,
  mac bytea not null,
  team_id uuid,
  constraint identity_scim_group_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_scim_group_workspace_id_name_hash_key UNIQUE (workspace_id, name_hash),
  constraint identity_scim_group_external_id_hash_check CHECK ((octet_length(external_id_hash) = 32)),
  constraint identity_scim_group_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_scim_group_name_hash_check CHECK ((octet_length(name_hash) = 32)),
  constraint identity_scim_group_role_check CHECK ((role = ANY (ARRAY['agent'::text, 'team_lead'::text, 'admin'::text])))
);
alter table identity_scim_group enable row level security;
alter table identity_scim_group force row level security;
create policy workspace_isolation on identity_scim_group for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_scim_group FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_scim_group to wardroom_app;

create table identity_scim_group_member (
  workspace_id uuid not null,
  group_id uuid not null,
  user_id uuid not null,
  mac bytea not null,
  constraint identity_scim_group_member_pkey PRIMARY KEY (workspace_id, group_id, user_id),
  constraint identity_scim_group_member_workspace_id_group_id_fkey FOREIGN KEY (workspace_id, group_id) REFERENCES identity_scim_group(workspace_id, id) ON DELETE CASCADE,
  constraint identity_scim_group_member_workspace_id_user_id_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES identity_scim_user(workspace_id, id),
  constraint identity_scim_group_member_mac_check CHECK ((octet_length(mac) = 32))
);
alter table identity_scim_group_member enable row level security;
alter table identity_scim_group_member force row level security;
create policy workspace_isolation on identity_scim_group_member for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX identity_scim_group_member_user_idx ON public.identity_scim_group_member USING btree (workspace_id, user_id);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_scim_group_member FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_scim_group_member to wardroom_app;

create table identity_scim_token (
  workspace_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  made_by uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  used_at timestamp with time zone,
  version bigint not null,
  mac bytea not null,
  constraint identity_scim_token_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_scim_token_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_scim_token_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
alter table identity_scim_token enable row level security;
alter table identity_scim_token force row level security;
create policy workspace_isolation on identity_scim_token for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_scim_token FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_scim_token to wardroom_app;

create table identity_scim_token_route (
  token_hash bytea not null,
  workspace_id uuid not null,
  token_id uuid not null,
  constraint identity_scim_token_route_pkey PRIMARY KEY (token_hash),
  constraint identity_scim_token_route_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_scim_token_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_scim_token_route to wardroom_app;

create table identity_scim_user (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  person_id uuid not null,
  origin text not null,
  active boolean not null,
  user_name_hash bytea not null,
  external_id_hash bytea,
  profile_sealed bytea not null,
  base_role text not null,
  granted_role text,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  version bigint not null,
  mac bytea not null,
  granted_teams uuid[] default '{}'::uuid[] not null,
  deactivated_at timestamp with time zone,
  held_id_hash bytea,
  constraint identity_scim_user_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_scim_user_workspace_id_member_id_key UNIQUE (workspace_id, member_id),
  constraint identity_scim_user_workspace_id_user_name_hash_key UNIQUE (workspace_id, user_name_hash),
  constraint identity_scim_user_base_role_check CHECK ((base_role = ANY (ARRAY['agent'::text, 'team_lead'::text, 'admin'::text]))),
  constraint identity_scim_user_external_id_hash_check CHECK ((octet_length(external_id_hash) = 32)),
  constraint identity_scim_user_granted_role_check CHECK ((granted_role = ANY (ARRAY['agent'::text, 'team_lead'::text, 'admin'::text]))),
  constraint identity_scim_user_held_id_hash_check CHECK ((octet_length(held_id_hash) = ANY (ARRAY[0, 32]))),
  constraint identity_scim_user_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_scim_user_origin_check CHECK ((origin = ANY (ARRAY['made'::text, 'adopted'::text]))),
  constraint identity_scim_user_user_name_hash_check CHECK ((octet_length(user_name_hash) = 32))
);
alter table identity_scim_user enable row level security;
alter table identity_scim_user force row level security;
create policy workspace_isolation on identity_scim_user for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE UNIQUE INDEX identity_scim_user_external_idx ON public.identity_scim_user USING btree (workspace_id, external_id_hash) WHERE ((external_id_hash IS NOT NULL) AND (deleted_at IS NULL));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_scim_user FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_scim_user to wardroom_app;

create table identity_session (
  token_hash bytea not null,
  id uuid not null,
  workspace_id uuid not null,
  person_id uuid not null,
  member_id uuid not null,
  assurance smallint not null,
  created_at timestamp with time zone not null,
  factor_at timestamp with time zone,
  seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  user_agent_sealed bytea,
  mac bytea not null,
  version bigint not null,
  pending text,
  method text,
  device_id uuid,
  device_hash bytea,
  network_hash bytea,
  country_hash bytea,
  active_at timestamp with time zone not null,
  locked_at timestamp with time zone,
  binding_id uuid,
  binding_key bytea,
  bound_at timestamp with time zone,
  binding_shown_at timestamp with time zone,
  constraint identity_session_pkey PRIMARY KEY (token_hash),
  constraint identity_session_id_key UNIQUE (id),
  constraint identity_session_assurance_check CHECK ((assurance = ANY (ARRAY[1, 2]))),
  constraint identity_session_binding CHECK ((((binding_id IS NULL) = (binding_key IS NULL)) AND ((binding_id IS NULL) = (bound_at IS NULL)) AND ((binding_id IS NOT NULL) OR (binding_shown_at IS NULL)))),
  constraint identity_session_country_hash_check CHECK ((octet_length(country_hash) = 32)),
  constraint identity_session_device_hash_check CHECK ((octet_length(device_hash) = 32)),
  constraint identity_session_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_session_method_check CHECK ((method = ANY (ARRAY['totp'::text, 'recovery_code'::text, 'passkey'::text, 'oidc'::text, 'saml'::text]))),
  constraint identity_session_network_hash_check CHECK ((octet_length(network_hash) = 32)),
  constraint identity_session_pending CHECK (((assurance = 2) = (pending IS NULL))),
  constraint identity_session_pending_check CHECK ((pending = ANY (ARRAY['factor'::text, 'enrol'::text, 'device'::text, 'password'::text]))),
  constraint identity_session_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE UNIQUE INDEX identity_session_binding_idx ON public.identity_session USING btree (binding_id) WHERE (binding_id IS NOT NULL);
CREATE INDEX identity_session_member_idx ON public.identity_session USING btree (member_id);
CREATE INDEX identity_session_person_idx ON public.identity_session USING btree (person_id);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_session FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_session to wardroom_app;

create table identity_setup (
  id smallint not null,
  code_hash bytea,
  code_expires_at timestamp with time zone,
  session_hash bytea,
  session_expires_at timestamp with time zone,
  attempts integer default 0 not null,
  constraint identity_setup_pkey PRIMARY KEY (id),
  constraint identity_setup_id_check CHECK ((id = 1))
);
grant delete, insert, select, update on identity_setup to wardroom_app;

create table identity_spent_challenge (
  challenge_hash bytea not null,
  expires_at timestamp with time zone not null,
  constraint identity_spent_challenge_pkey PRIMARY KEY (challenge_hash),
  constraint identity_spent_challenge_challenge_hash_check CHECK ((octet_length(challenge_hash) = 32))
);
CREATE INDEX identity_spent_challenge_expiry_idx ON public.identity_spent_challenge USING btree (expires_at);
grant delete, insert, select on identity_spent_challenge to wardroom_app;

create table identity_sso_assertion (
  workspace_id uuid not null,
  assertion_hash bytea not null,
  expires_at timestamp with time zone not null,
  constraint identity_sso_assertion_pkey PRIMARY KEY (workspace_id, assertion_hash),
  constraint identity_sso_assertion_assertion_hash_check CHECK ((octet_length(assertion_hash) = 32))
);
alter table identity_sso_assertion enable row level security;
alter table identity_sso_assertion force row level security;
create policy workspace_isolation on identity_sso_assertion for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_sso_assertion FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_sso_assertion to wardroom_app;

create table identity_sso_attempt (
  state_hash bytea not null,
  id uuid not null,
  workspace_id uuid not null,
  connection_id uuid not null,
  content_sealed bytea not null,
  expires_at timestamp with time zone not null,
  mac bytea not null,
  constraint identity_sso_attempt_pkey PRIMARY KEY (state_hash),
  constraint identity_sso_attempt_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_sso_attempt_state_hash_check CHECK ((octet_length(state_hash) = 32))
);
CREATE INDEX identity_sso_attempt_expiry_idx ON public.identity_sso_attempt USING btree (expires_at);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_sso_attempt FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_sso_attempt to wardroom_app;

create table identity_sso_connection (
  workspace_id uuid not null,
  id uuid not null,
  protocol text not null,
  enabled boolean not null,
  settings text not null,
  secret_sealed bytea,
  changed_at timestamp with time zone not null,
  changed_by uuid not null,
  version bigint not null,
  mac bytea not null,
  constraint identity_sso_connection_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_sso_connection_workspace_id_protocol_key UNIQUE (workspace_id, protocol),
  constraint identity_sso_connection_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_sso_connection_protocol_check CHECK ((protocol = ANY (ARRAY['oidc'::text, 'saml'::text])))
);
alter table identity_sso_connection enable row level security;
alter table identity_sso_connection force row level security;
create policy workspace_isolation on identity_sso_connection for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_sso_connection FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_sso_connection to wardroom_app;

create table identity_sso_link (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  member_id uuid not null,
  person_id uuid not null,
  subject_hash bytea not null,
  made_by text not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone,
  version bigint not null,
  mac bytea not null,
  constraint identity_sso_link_pkey PRIMARY KEY (workspace_id, id),
  constraint identity_sso_link_workspace_id_connection_id_member_id_key UNIQUE (workspace_id, connection_id, member_id),
  constraint identity_sso_link_workspace_id_connection_id_subject_hash_key UNIQUE (workspace_id, connection_id, subject_hash),
  constraint identity_sso_link_mac_check CHECK ((octet_length(mac) = 32)),
  constraint identity_sso_link_made_by_check CHECK ((made_by = ANY (ARRAY['self'::text, 'invitation'::text, 'directory'::text]))),
  constraint identity_sso_link_subject_hash_check CHECK ((octet_length(subject_hash) = 32))
);
alter table identity_sso_link enable row level security;
alter table identity_sso_link force row level security;
create policy workspace_isolation on identity_sso_link for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_sso_link FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_sso_link to wardroom_app;

create table identity_sso_route (
  connection_id uuid not null,
  workspace_id uuid not null,
  protocol text not null,
  constraint identity_sso_route_pkey PRIMARY KEY (connection_id),
  constraint identity_sso_route_protocol_check CHECK ((protocol = ANY (ARRAY['oidc'::text, 'saml'::text])))
);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_sso_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_sso_route to wardroom_app;

create table identity_workspace (
  workspace_id uuid not null,
  name_sealed bytea not null,
  time_zone text not null,
  created_at timestamp with time zone not null,
  constraint identity_workspace_pkey PRIMARY KEY (workspace_id)
);
alter table identity_workspace enable row level security;
alter table identity_workspace force row level security;
create policy workspace_isolation on identity_workspace for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_workspace FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on identity_workspace to wardroom_app;

create table identity_workspace_route (
  workspace_id uuid not null,
  created_at timestamp with time zone not null,
  constraint identity_workspace_route_pkey PRIMARY KEY (workspace_id)
);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.identity_workspace_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on identity_workspace_route to wardroom_app;

create table inbox_billable_count (
  workspace_id uuid not null,
  day date not null,
  number_id uuid not null,
  category text not null,
  country text not null,
  messages bigint not null,
  constraint inbox_billable_count_pkey PRIMARY KEY (workspace_id, day, number_id, category, country),
  constraint inbox_billable_count_messages_check CHECK ((messages > 0))
);
alter table inbox_billable_count enable row level security;
alter table inbox_billable_count force row level security;
create policy workspace_isolation on inbox_billable_count for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_billable_count FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on inbox_billable_count to wardroom_app;

create table inbox_billed (
  workspace_id uuid not null,
  id bigint generated always as identity not null,
  day date not null,
  number_id uuid not null,
  category text not null,
  country text not null,
  messages bigint not null,
  constraint inbox_billed_pkey PRIMARY KEY (workspace_id, id),
  constraint inbox_billed_messages_check CHECK ((messages > 0))
);
alter table inbox_billed enable row level security;
alter table inbox_billed force row level security;
create policy workspace_isolation on inbox_billed for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_billed FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on inbox_billed to wardroom_app;

create table inbox_budget (
  workspace_id uuid not null,
  amount_millionths bigint not null,
  currency text not null,
  threshold_percent smallint not null,
  alerted_month date,
  changed_at timestamp with time zone not null,
  changed_by uuid not null,
  constraint inbox_budget_pkey PRIMARY KEY (workspace_id),
  constraint inbox_budget_alerted_month_check CHECK ((EXTRACT(day FROM alerted_month) = (1)::numeric)),
  constraint inbox_budget_amount_millionths_check CHECK ((amount_millionths > 0)),
  constraint inbox_budget_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint inbox_budget_threshold_percent_check CHECK (((threshold_percent >= 1) AND (threshold_percent <= 200)))
);
alter table inbox_budget enable row level security;
alter table inbox_budget force row level security;
create policy workspace_isolation on inbox_budget for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_budget FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on inbox_budget to wardroom_app;

create table inbox_contact (
  workspace_id uuid not null,
  id uuid not null,
  profile_sealed bytea not null,
  profile_hash bytea not null,
  identity text default 'known'::text not null,
  identity_since timestamp with time zone,
  version bigint default 1 not null,
  created_at timestamp with time zone not null,
  constraint inbox_contact_pkey PRIMARY KEY (workspace_id, id),
  constraint inbox_contact_identity_check CHECK ((identity = ANY (ARRAY['known'::text, 'uncertain'::text])))
);
alter table inbox_contact enable row level security;
alter table inbox_contact force row level security;
create policy workspace_isolation on inbox_contact for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX inbox_contact_newest_idx ON public.inbox_contact USING btree (workspace_id, created_at DESC, id);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_contact FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on inbox_contact to wardroom_app;

create table inbox_contact_identifier (
  workspace_id uuid not null,
  kind text not null,
  hash bytea not null,
  contact_id uuid not null,
  value_sealed bytea not null,
  current boolean default true not null,
  created_at timestamp with time zone not null,
  mac bytea not null,
  constraint inbox_contact_identifier_pkey PRIMARY KEY (workspace_id, kind, hash),
  constraint inbox_contact_identifier_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES inbox_contact(workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
  constraint inbox_contact_identifier_hash_check CHECK ((octet_length(hash) = 32)),
  constraint inbox_contact_identifier_kind_check CHECK ((kind = ANY (ARRAY['user_id'::text, 'parent_user_id'::text, 'wa_id'::text]))),
  constraint inbox_contact_identifier_mac_check CHECK ((octet_length(mac) = 32))
);
alter table inbox_contact_identifier enable row level security;
alter table inbox_contact_identifier force row level security;
create policy workspace_isolation on inbox_contact_identifier for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX inbox_contact_identifier_contact_idx ON public.inbox_contact_identifier USING btree (workspace_id, contact_id);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_contact_identifier FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on inbox_contact_identifier to wardroom_app;

create table inbox_conversation (
  workspace_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  number_id uuid not null,
  state text not null,
  assignee_id uuid,
  language text,
  version bigint default 1 not null,
  last_position bigint default 0 not null,
  inbound_count bigint default 0 not null,
  last_inbound_at timestamp with time zone,
  last_activity_at timestamp with time zone not null,
  waiting_since timestamp with time zone,
  last_message_id uuid,
  created_at timestamp with time zone not null,
  mac bytea not null,
  team_id uuid,
  constraint inbox_conversation_pkey PRIMARY KEY (workspace_id, id),
  constraint inbox_conversation_workspace_id_contact_id_number_id_key UNIQUE (workspace_id, contact_id, number_id),
  constraint inbox_conversation_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES inbox_contact(workspace_id, id),
  constraint inbox_conversation_mac_check CHECK ((octet_length(mac) = 32)),
  constraint inbox_conversation_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);
alter table inbox_conversation enable row level security;
alter table inbox_conversation force row level security;
create policy workspace_isolation on inbox_conversation for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX inbox_conversation_own_idx ON public.inbox_conversation USING btree (workspace_id, assignee_id, state, last_activity_at DESC, id DESC) WHERE (assignee_id IS NOT NULL);
CREATE INDEX inbox_conversation_team_idx ON public.inbox_conversation USING btree (workspace_id, state, team_id, last_activity_at DESC, id DESC);
CREATE INDEX inbox_conversation_waiting_idx ON public.inbox_conversation USING btree (workspace_id, state, team_id, last_activity_at DESC, id DESC) WHERE (assignee_id IS NULL);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_conversation FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on inbox_conversation to wardroom_app;

create table inbox_episode (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  closed_by uuid,
  answered_from timestamp with time zone,
  answered_at timestamp with time zone,
  answered_by uuid,
  constraint inbox_episode_pkey PRIMARY KEY (workspace_id, id)
);
alter table inbox_episode enable row level security;
alter table inbox_episode force row level security;
create policy workspace_isolation on inbox_episode for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX inbox_episode_answered_idx ON public.inbox_episode USING btree (workspace_id, answered_at) WHERE (answered_at IS NOT NULL);
CREATE INDEX inbox_episode_closed_idx ON public.inbox_episode USING btree (workspace_id, closed_at) WHERE (closed_at IS NOT NULL);
CREATE UNIQUE INDEX inbox_episode_open_idx ON public.inbox_episode USING btree (workspace_id, conversation_id) WHERE (closed_at IS NULL);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_episode FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on inbox_episode to wardroom_app;

create table inbox_message (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  position bigint not null,
  direction text not null,
  kind text not null,
  author_id uuid,
  wamid_hash bytea,
  wamid_sealed bytea,
  body_sealed bytea not null,
  media_id uuid,
  reply_to_hash bytea,
  target_hash bytea,
  meta_at timestamp with time zone,
  recorded_at timestamp with time zone not null,
  send_state text,
  sent_at timestamp with time zone,
  delivered_at timestamp with time zone,
  read_at timestamp with time zone,
  played_at timestamp with time zone,
  failed_at timestamp with time zone,
  failure_code integer,
  failure_sealed bytea,
  pricing jsonb,
  edited_at timestamp with time zone,
  revoked_at timestamp with time zone,
  client_id uuid,
  constraint inbox_message_pkey PRIMARY KEY (workspace_id, id),
  constraint inbox_message_workspace_id_conversation_id_position_key UNIQUE (workspace_id, conversation_id, "position"),
  constraint inbox_message_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES inbox_conversation(workspace_id, id),
  constraint inbox_message_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text, 'echo'::text, 'event'::text]))),
  constraint inbox_message_send_state_check CHECK ((send_state = ANY (ARRAY['queued'::text, 'sending'::text, 'in_doubt'::text, 'accepted'::text, 'failed'::text, 'dropped'::text]))),
  constraint inbox_message_wamid_hash_check CHECK ((octet_length(wamid_hash) = 32))
);
alter table inbox_message enable row level security;
alter table inbox_message force row level security;
create policy workspace_isolation on inbox_message for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX inbox_message_author_idx ON public.inbox_message USING btree (workspace_id, recorded_at, author_id, conversation_id) WHERE ((author_id IS NOT NULL) AND (kind <> 'reaction'::text));
CREATE UNIQUE INDEX inbox_message_client_idx ON public.inbox_message USING btree (workspace_id, client_id) WHERE (client_id IS NOT NULL);
CREATE INDEX inbox_message_media_idx ON public.inbox_message USING btree (workspace_id, media_id) WHERE (media_id IS NOT NULL);
CREATE INDEX inbox_message_target_idx ON public.inbox_message USING btree (workspace_id, target_hash) WHERE (target_hash IS NOT NULL);
CREATE UNIQUE INDEX inbox_message_wamid_idx ON public.inbox_message USING btree (workspace_id, wamid_hash);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_message FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on inbox_message to wardroom_app;

create table inbox_opening (
  workspace_id uuid not null,
  conversation_id uuid not null,
  member_id uuid not null,
  reason text not null,
  opened_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  mac bytea not null,
  constraint inbox_opening_pkey PRIMARY KEY (workspace_id, conversation_id, member_id),
  constraint inbox_opening_mac_check CHECK ((octet_length(mac) = 32))
);
alter table inbox_opening enable row level security;
alter table inbox_opening force row level security;
create policy workspace_isolation on inbox_opening for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_opening FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on inbox_opening to wardroom_app;

create table inbox_rate_card (
  workspace_id uuid not null,
  id uuid not null,
  currency text not null,
  valid_from date not null,
  rates jsonb not null,
  uploaded_at timestamp with time zone not null,
  uploaded_by uuid not null,
  constraint inbox_rate_card_pkey PRIMARY KEY (workspace_id, id),
  constraint inbox_rate_card_workspace_id_valid_from_key UNIQUE (workspace_id, valid_from),
  constraint inbox_rate_card_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
alter table inbox_rate_card enable row level security;
alter table inbox_rate_card force row level security;
create policy workspace_isolation on inbox_rate_card for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_rate_card FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on inbox_rate_card to wardroom_app;

create table inbox_read_cursor (
  workspace_id uuid not null,
  member_id uuid not null,
  conversation_id uuid not null,
  inbound_seen bigint not null,
  constraint inbox_read_cursor_pkey PRIMARY KEY (workspace_id, member_id, conversation_id)
);
alter table inbox_read_cursor enable row level security;
alter table inbox_read_cursor force row level security;
create policy workspace_isolation on inbox_read_cursor for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_read_cursor FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on inbox_read_cursor to wardroom_app;

create table inbox_taking (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  member_id uuid not null,
  taken_at timestamp with time zone not null,
  constraint inbox_taking_pkey PRIMARY KEY (workspace_id, id)
);
alter table inbox_taking enable row level security;
alter table inbox_taking force row level security;
create policy workspace_isolation on inbox_taking for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX inbox_taking_time_idx ON public.inbox_taking USING btree (workspace_id, taken_at);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_taking FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select on inbox_taking to wardroom_app;

create table inbox_waiting_status (
  workspace_id uuid not null,
  wamid_hash bytea not null,
  status text not null,
  at timestamp with time zone not null,
  failure_code integer,
  pricing jsonb,
  received_at timestamp with time zone not null,
  constraint inbox_waiting_status_pkey PRIMARY KEY (workspace_id, wamid_hash, status),
  constraint inbox_waiting_status_wamid_hash_check CHECK ((octet_length(wamid_hash) = 32))
);
alter table inbox_waiting_status enable row level security;
alter table inbox_waiting_status force row level security;
create policy workspace_isolation on inbox_waiting_status for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX inbox_waiting_status_age_idx ON public.inbox_waiting_status USING btree (workspace_id, received_at);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.inbox_waiting_status FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on inbox_waiting_status to wardroom_app;

create table mail_message (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  recipient_sealed bytea not null,
  subject_sealed bytea not null,
  body_sealed bytea not null,
  about_workspace uuid,
  attempts integer default 0 not null,
  created_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  constraint mail_message_pkey PRIMARY KEY (workspace_id, id)
);
alter table mail_message enable row level security;
alter table mail_message force row level security;
create policy workspace_isolation on mail_message for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX mail_message_due_idx ON public.mail_message USING btree (workspace_id, due_at);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.mail_message FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on mail_message to wardroom_app;

create table mail_pace (
  workspace_id uuid not null,
  key_hash bytea not null,
  queued_at timestamp with time zone not null,
  constraint mail_pace_pkey PRIMARY KEY (workspace_id, key_hash),
  constraint mail_pace_key_hash_check CHECK ((octet_length(key_hash) = 32))
);
alter table mail_pace enable row level security;
alter table mail_pace force row level security;
create policy workspace_isolation on mail_pace for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.mail_pace FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on mail_pace to wardroom_app;

create table platform_backfill (
  migration text not null,
  scope text not null,
  reached text not null,
  changed bigint not null,
  constraint platform_backfill_pkey PRIMARY KEY (migration, scope)
);
grant select on platform_backfill to wardroom_app;
grant select on platform_backfill to wardroom_backup;

create table platform_closed_workspace (
  id uuid not null,
  constraint platform_closed_workspace_pkey PRIMARY KEY (id),
  constraint platform_closed_workspace_id_check CHECK ((id <> '00000000-0000-0000-0000-000000000000'::uuid))
);
grant insert, select on platform_closed_workspace to wardroom_app;

create table platform_lease (
  name text not null,
  holder uuid not null,
  fencing bigint not null,
  expires_at timestamp with time zone not null,
  constraint platform_lease_pkey PRIMARY KEY (name)
);
grant delete, insert, select, update on platform_lease to wardroom_app;

create table platform_migration (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default clock_timestamp() not null,
  finished boolean default true not null,
  constraint platform_migration_pkey PRIMARY KEY (name)
);
grant select on platform_migration to wardroom_app;
grant select on platform_migration to wardroom_backup;

create table whatsapp_app (
  workspace_id uuid not null,
  app_id text not null,
  secret_sealed bytea not null,
  previous_secret_sealed bytea,
  previous_until timestamp with time zone,
  verify_token_sealed bytea not null,
  created_at timestamp with time zone not null,
  constraint whatsapp_app_pkey PRIMARY KEY (workspace_id, app_id),
  constraint whatsapp_app_app_id_check CHECK ((app_id ~ '^[0-9]{1,32}$'::text))
);
alter table whatsapp_app enable row level security;
alter table whatsapp_app force row level security;
create policy workspace_isolation on whatsapp_app for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_app FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on whatsapp_app to wardroom_app;

create table whatsapp_app_route (
  app_id text not null,
  workspace_id uuid not null,
  constraint whatsapp_app_route_pkey PRIMARY KEY (app_id, workspace_id)
);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_app_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on whatsapp_app_route to wardroom_app;

create table whatsapp_media (
  workspace_id uuid not null,
  id uuid not null,
  number_id uuid not null,
  subject_id uuid not null,
  direction text not null,
  state text not null,
  reference_sealed bytea not null,
  mime_type text not null,
  byte_size bigint,
  failure text,
  attempts integer default 0 not null,
  due_at timestamp with time zone not null,
  meta_uploaded_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint whatsapp_media_pkey PRIMARY KEY (workspace_id, id),
  constraint whatsapp_media_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
  constraint whatsapp_media_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'fetching'::text, 'ready'::text, 'failed'::text])))
);
alter table whatsapp_media enable row level security;
alter table whatsapp_media force row level security;
create policy workspace_isolation on whatsapp_media for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX whatsapp_media_due_idx ON public.whatsapp_media USING btree (workspace_id, due_at) WHERE (state = ANY (ARRAY['waiting'::text, 'fetching'::text]));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_media FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on whatsapp_media to wardroom_app;

create table whatsapp_notice (
  workspace_id uuid not null,
  id uuid not null,
  waba_id text not null,
  number_id uuid,
  field text not null,
  body_hash bytea not null,
  body_sealed bytea not null,
  received_at timestamp with time zone not null,
  constraint whatsapp_notice_pkey PRIMARY KEY (workspace_id, id),
  constraint whatsapp_notice_workspace_id_body_hash_key UNIQUE (workspace_id, body_hash)
);
alter table whatsapp_notice enable row level security;
alter table whatsapp_notice force row level security;
create policy workspace_isolation on whatsapp_notice for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_notice FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on whatsapp_notice to wardroom_app;

create table whatsapp_number (
  workspace_id uuid not null,
  id uuid not null,
  phone_number_id text not null,
  waba_id text not null,
  app_id text not null,
  host text not null,
  token_sealed bytea,
  profile_sealed bytea not null,
  quality text,
  throughput integer default 80 not null,
  state text not null,
  created_at timestamp with time zone not null,
  checked_at timestamp with time zone,
  disconnected_at timestamp with time zone,
  last_webhook_at timestamp with time zone,
  sending_stopped text,
  sending_stopped_at timestamp with time zone,
  constraint whatsapp_number_pkey PRIMARY KEY (workspace_id, id),
  constraint whatsapp_number_workspace_id_phone_number_id_key UNIQUE (workspace_id, phone_number_id),
  constraint whatsapp_number_workspace_id_app_id_fkey FOREIGN KEY (workspace_id, app_id) REFERENCES whatsapp_app(workspace_id, app_id),
  constraint whatsapp_number_check CHECK (((token_sealed IS NULL) = (state = 'disconnected'::text))),
  constraint whatsapp_number_check1 CHECK (((sending_stopped IS NULL) = (sending_stopped_at IS NULL))),
  constraint whatsapp_number_host_check CHECK ((host = ANY (ARRAY['meta'::text, 'simulator'::text]))),
  constraint whatsapp_number_phone_number_id_check CHECK ((phone_number_id ~ '^[0-9]{1,32}$'::text)),
  constraint whatsapp_number_state_check CHECK ((state = ANY (ARRAY['connected'::text, 'disconnected'::text]))),
  constraint whatsapp_number_waba_id_check CHECK ((waba_id ~ '^[0-9]{1,32}$'::text))
);
alter table whatsapp_number enable row level security;
alter table whatsapp_number force row level security;
create policy workspace_isolation on whatsapp_number for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_number FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on whatsapp_number to wardroom_app;

create table whatsapp_number_route (
  phone_number_id text not null,
  waba_id text not null,
  workspace_id uuid not null,
  number_id uuid not null,
  constraint whatsapp_number_route_pkey PRIMARY KEY (phone_number_id),
  constraint whatsapp_number_route_number_id_key UNIQUE (number_id)
);
CREATE INDEX whatsapp_number_route_waba_idx ON public.whatsapp_number_route USING btree (waba_id);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_number_route FOR EACH ROW EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on whatsapp_number_route to wardroom_app;

create table whatsapp_outbox (
  workspace_id uuid not null,
  id uuid not null,
  number_id uuid not null,
  contact_id uuid not null,
  sequence bigint generated always as identity not null,
  kind text not null,
  state text not null,
  payload_sealed bytea not null,
  attempts integer default 0 not null,
  due_at timestamp with time zone not null,
  attempted_at timestamp with time zone,
  failure_code integer,
  failure_reason text,
  created_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  constraint whatsapp_outbox_pkey PRIMARY KEY (workspace_id, id),
  constraint whatsapp_outbox_check CHECK (((settled_at IS NULL) = (state = ANY (ARRAY['queued'::text, 'sending'::text, 'in_doubt'::text])))),
  constraint whatsapp_outbox_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'read_receipt'::text]))),
  constraint whatsapp_outbox_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'in_doubt'::text, 'accepted'::text, 'failed'::text, 'dropped'::text])))
);
alter table whatsapp_outbox enable row level security;
alter table whatsapp_outbox force row level security;
create policy workspace_isolation on whatsapp_outbox for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX whatsapp_outbox_contact_idx ON public.whatsapp_outbox USING btree (workspace_id, contact_id, sequence) WHERE (settled_at IS NULL);
CREATE INDEX whatsapp_outbox_open_idx ON public.whatsapp_outbox USING btree (workspace_id, number_id, sequence) WHERE (settled_at IS NULL);
CREATE INDEX whatsapp_outbox_settled_idx ON public.whatsapp_outbox USING btree (workspace_id, settled_at) WHERE (settled_at IS NOT NULL);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_outbox FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on whatsapp_outbox to wardroom_app;

create table whatsapp_quarantine (
  workspace_id uuid not null,
  id uuid not null,
  reason text not null,
  app_id text not null,
  waba_id text,
  phone_number_id text,
  field text,
  body_hash bytea not null,
  body_sealed bytea not null,
  byte_size integer not null,
  state text not null,
  received_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  constraint whatsapp_quarantine_pkey PRIMARY KEY (workspace_id, id),
  constraint whatsapp_quarantine_workspace_id_body_hash_key UNIQUE (workspace_id, body_hash),
  constraint whatsapp_quarantine_state_check CHECK ((state = ANY (ARRAY['held'::text, 'retried'::text, 'dropped'::text])))
);
alter table whatsapp_quarantine enable row level security;
alter table whatsapp_quarantine force row level security;
create policy workspace_isolation on whatsapp_quarantine for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE INDEX whatsapp_quarantine_list_idx ON public.whatsapp_quarantine USING btree (workspace_id, state, received_at DESC);
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_quarantine FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on whatsapp_quarantine to wardroom_app;

create table whatsapp_template (
  workspace_id uuid not null,
  id uuid not null,
  waba_id text not null,
  meta_id text not null,
  name text not null,
  language text not null,
  category text not null,
  status text not null,
  quality text,
  components_sealed bytea not null,
  synchronised_at timestamp with time zone not null,
  constraint whatsapp_template_pkey PRIMARY KEY (workspace_id, id),
  constraint whatsapp_template_workspace_id_waba_id_name_language_key UNIQUE (workspace_id, waba_id, name, language)
);
alter table whatsapp_template enable row level security;
alter table whatsapp_template force row level security;
create policy workspace_isolation on whatsapp_template for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON public.whatsapp_template FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant delete, insert, select, update on whatsapp_template to wardroom_app;

create table vault.data_key (
  workspace_id uuid not null,
  id uuid not null,
  subject_id uuid not null,
  class text not null,
  month date not null,
  workspace_key_version integer not null,
  wrapped bytea,
  created_at timestamp with time zone default now() not null,
  destroyed_at timestamp with time zone,
  constraint data_key_pkey PRIMARY KEY (workspace_id, id),
  constraint data_key_workspace_id_subject_id_class_month_key UNIQUE (workspace_id, subject_id, class, month),
  constraint data_key_check CHECK (((wrapped IS NULL) = (destroyed_at IS NOT NULL))),
  constraint data_key_class_check CHECK ((class = ANY (ARRAY['profile'::text, 'conversation'::text, 'record'::text, 'member'::text, 'workspace'::text]))),
  constraint data_key_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);
alter table vault.data_key enable row level security;
alter table vault.data_key force row level security;
create policy workspace_isolation on vault.data_key for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON vault.data_key FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on vault.data_key to wardroom_app;

create table vault.index_key (
  workspace_id uuid not null,
  name text not null,
  workspace_key_version integer not null,
  wrapped bytea not null,
  created_at timestamp with time zone default now() not null,
  constraint index_key_pkey PRIMARY KEY (workspace_id, name)
);
alter table vault.index_key enable row level security;
alter table vault.index_key force row level security;
create policy workspace_isolation on vault.index_key for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON vault.index_key FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on vault.index_key to wardroom_app;

create table vault.root_check (
  id smallint not null,
  root_key bytea not null,
  sealed bytea not null,
  created_at timestamp with time zone default now() not null,
  constraint root_check_pkey PRIMARY KEY (id),
  constraint root_check_id_check CHECK ((id = 1))
);
grant insert, select, update on vault.root_check to wardroom_app;

create table vault.workspace_key (
  workspace_id uuid not null,
  version integer not null,
  wrapped bytea,
  created_at timestamp with time zone default now() not null,
  destroyed_at timestamp with time zone,
  constraint workspace_key_pkey PRIMARY KEY (workspace_id, version),
  constraint workspace_key_check CHECK (((wrapped IS NULL) = (destroyed_at IS NOT NULL))),
  constraint workspace_key_version_check CHECK ((version > 0))
);
alter table vault.workspace_key enable row level security;
alter table vault.workspace_key force row level security;
create policy workspace_isolation on vault.workspace_key for all to public using ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid));
CREATE TRIGGER refuse_closed_workspace BEFORE INSERT ON vault.workspace_key FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_closed();
grant insert, select, update on vault.workspace_key to wardroom_app;

CREATE OR REPLACE FUNCTION public.access_purge_person(person uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
end $function$;
grant execute on routine access_purge_person(uuid) to wardroom_app;

CREATE OR REPLACE FUNCTION public.access_purge_rows(target regclass, amount integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
end $function$;
grant execute on routine access_purge_rows(regclass,integer) to wardroom_app;

CREATE OR REPLACE FUNCTION public.audit_ensure_partition(wanted date)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
end $function$;
grant execute on routine audit_ensure_partition(date) to wardroom_app;

CREATE OR REPLACE FUNCTION public.audit_event_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'audit_event is append-only';
end $function$;
grant execute on routine audit_event_is_append_only() to public;

CREATE OR REPLACE FUNCTION public.identity_find_session(wanted bytea, moment timestamp with time zone)
 RETURNS TABLE(id uuid, workspace_id uuid, person_id uuid, member_id uuid, version bigint, assurance smallint, pending text, method text, device_id uuid, device_hash bytea, network_hash bytea, country_hash bytea, created_at timestamp with time zone, factor_at timestamp with time zone, active_at timestamp with time zone, locked_at timestamp with time zone, expires_at timestamp with time zone, user_agent_sealed bytea, binding_id uuid, binding_key bytea, bound_at timestamp with time zone, binding_shown_at timestamp with time zone, mac bytea, member_person_id uuid, member_role text, member_state text, member_created_at timestamp with time zone, member_deactivated_at timestamp with time zone, member_version bigint, member_mac bytea)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
end $function$;
grant execute on routine identity_find_session(bytea,timestamp with time zone) to wardroom_app;

CREATE OR REPLACE PROCEDURE public.platform_close_with_workspace(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  level text;
begin
  select case when c.relrowsecurity then 'statement' else 'row' end into level from pg_class c where c.oid = target;
  execute format('create trigger refuse_closed_workspace before insert on %s
    for each %s execute function public.platform_refuse_closed()', target, level);
end $procedure$;

CREATE OR REPLACE FUNCTION public.platform_have_writers_ended(workspace uuid)
 RETURNS boolean
 LANGUAGE sql
AS $function$
  select pg_try_advisory_xact_lock(7203118, hashtext(workspace::text))
$function$;
grant execute on routine platform_have_writers_ended(uuid) to wardroom_app;

CREATE OR REPLACE PROCEDURE public.platform_isolate(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
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
end $procedure$;

CREATE OR REPLACE FUNCTION public.platform_refuse_closed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;
grant execute on routine platform_refuse_closed() to public;
