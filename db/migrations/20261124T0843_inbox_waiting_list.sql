-- wardroom: index
create index concurrently inbox_conversation_waiting_idx on inbox_conversation (workspace_id, state, team_id, last_activity_at desc, id desc) where assignee_id is null;
