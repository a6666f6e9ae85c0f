-- wardroom: index
-- What members wrote in a period, counted from the index alone. Messages that come in make no entry in it, and no status
-- changes one.
create index concurrently inbox_message_author_idx on inbox_message (workspace_id, recorded_at, author_id, conversation_id) where author_id is not null and kind <> 'reaction';
