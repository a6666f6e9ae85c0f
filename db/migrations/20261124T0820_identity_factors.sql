-- Passkeys, and the leave to enrol a first factor, beside what a person proved themselves with so far.
alter table identity_credential drop constraint identity_credential_kind_check;
alter table identity_credential add constraint identity_credential_kind_check
  check (kind in ('password', 'totp', 'recovery_code', 'passkey', 'enrolment_leave'));
-- passkey: secret is sealed (public key, name, transports), last_step is the signature counter, used_at the last use.
alter table identity_credential add column handle_hash bytea check (octet_length(handle_hash) = 32);
-- Rises with every change and is under the MAC: a row put back is an old one. 0: written before there were versions.
alter table identity_credential add column version bigint not null default 0;
-- Signing in with a passkey: whose is it? And one passkey is one person's.
create unique index identity_credential_handle_idx on identity_credential (workspace_id, handle_hash)
  where handle_hash is not null;
drop index identity_credential_single_idx;
create unique index identity_credential_single_idx on identity_credential (workspace_id, person_id, kind)
  where kind in ('password', 'totp', 'enrolment_leave');

-- Challenges that were answered, so that none is answered twice; kept until they would have run out anyway. Without
-- row-level security: before sign-in no workspace is known. What is handed out is not kept: it carries its own proof.
create table identity_spent_challenge (
  challenge_hash bytea       primary key check (octet_length(challenge_hash) = 32),
  expires_at     timestamptz not null
);
-- Clearing away what has run out.
create index identity_spent_challenge_expiry_idx on identity_spent_challenge (expires_at);
grant select, insert, delete on identity_spent_challenge to wardroom_app;
