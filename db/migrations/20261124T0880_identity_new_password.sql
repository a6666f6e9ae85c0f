-- A session may lack a new password: both factors are proved, and the password is known to others.
alter table identity_session
  drop constraint identity_session_pending_check,
  add constraint identity_session_pending_check check (pending in ('factor', 'enrol', 'device', 'password'));
