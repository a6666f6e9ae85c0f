-- wardroom: index
-- First answers of a period.
create index concurrently inbox_episode_answered_idx on inbox_episode (workspace_id, answered_at) where answered_at is not null;
