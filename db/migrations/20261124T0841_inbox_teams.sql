-- Whose team a chat is; null is everybody's. Once it is set, the row's MAC covers it.
alter table inbox_conversation add column team_id uuid;
