-- Waits for whoever holds lock 7: a test that wants to look at a migration that runs.
select pg_advisory_xact_lock(7);
