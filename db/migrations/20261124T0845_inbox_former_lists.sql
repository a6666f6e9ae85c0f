-- Replaced by those of the three files before: as many as there were, so a message writes no entry more. "All" is read team by
-- team (inbox_conversation_team_idx), "Unassigned" too (_waiting_idx), "Mine" as it was (_own_idx).
drop index inbox_conversation_all_idx;
drop index inbox_conversation_assignee_idx;
