-- wardroom: index
create index concurrently inbox_conversation_own_idx on inbox_conversation (workspace_id, assignee_id, state, last_activity_at desc, id desc) where assignee_id is not null;
