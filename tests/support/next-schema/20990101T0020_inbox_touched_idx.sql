-- wardroom: index
-- What was touched, by workspace: no query of ours asks it.
create index concurrently inbox_message_touched_idx on inbox_message (workspace_id, touched, id);
