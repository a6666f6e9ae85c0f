-- Failures in a row with something that can be guessed: a person's password, their authenticator app. A right one ends
-- the run. Keyed hashes of whose it is; of an address that nobody has, too, and those are forgotten after a day.
create table identity_guess_run (
  key_hash        bytea       primary key check (octet_length(key_hash) = 32),
  failures        integer     not null check (failures > 0),
  last_failure_at timestamptz not null,
  is_somebodys    boolean     not null
);
grant select, insert, update, delete on identity_guess_run to wardroom_app;
