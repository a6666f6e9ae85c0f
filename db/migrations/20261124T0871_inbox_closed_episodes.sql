-- wardroom: index
-- Chats that were closed in a period.
create index concurrently inbox_episode_closed_idx on inbox_episode (workspace_id, closed_at) where closed_at is not null;
