-- A group of the directory can lead into a team as well. The MAC of a row covers these from when they say something: rows
-- of before keep the MAC that they have.
alter table identity_scim_group add column team_id uuid; -- which team; it may have been dissolved since
alter table identity_scim_user add column granted_teams uuid[] not null default '{}'; -- the groups' last word, sorted
