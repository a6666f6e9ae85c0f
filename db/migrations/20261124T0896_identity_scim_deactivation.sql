-- When the directory deactivated a member, as it stands in the member's row: it gives back what it took, and nothing that
-- somebody here took. The MAC of a row covers this from when it says something.
alter table identity_scim_user add column deactivated_at timestamptz;
