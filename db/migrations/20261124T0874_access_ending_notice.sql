-- That an end to come was told, so that it is told once. It gives nobody anything, so it carries no MAC: whoever writes it
-- can have a mail sent twice, or not at all.
create table access_ending_notice (
  workspace_id uuid        not null,
  subject      text        not null, -- "scim_token:ID", "trust:CONNECTION:MILLISECONDS"
  days         smallint    not null, -- how long before
  noticed_at   timestamptz not null,
  primary key (workspace_id, subject, days)
);
call platform_isolate('access_ending_notice');

grant select, insert, delete on access_ending_notice to wardroom_app;
