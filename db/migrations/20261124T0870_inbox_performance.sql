-- Who took which chat, or was given it, and when: what a team is told of its work. Ids and times; only ever added.
create table inbox_taking (
  workspace_id    uuid        not null,
  id              uuid        not null,
  conversation_id uuid        not null,
  member_id       uuid        not null,
  taken_at        timestamptz not null,
  primary key (workspace_id, id)
);
call platform_isolate('inbox_taking');
-- Takings of a period.
create index inbox_taking_time_idx on inbox_taking (workspace_id, taken_at);
grant select, insert on inbox_taking to wardroom_app;

-- The first answer of an episode: since when the customer had waited, who wrote it and when. Null: none yet, or it was
-- written before this was kept.
alter table inbox_episode
  add column answered_from timestamptz,
  add column answered_at timestamptz,
  add column answered_by uuid;
