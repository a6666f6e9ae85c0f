-- The directory's id of a member who has been here: no other leads to them. Empty: none does. The MAC of a row covers this
-- from when it says something.
alter table identity_scim_user add column held_id_hash bytea check (octet_length(held_id_hash) in (0, 32));
