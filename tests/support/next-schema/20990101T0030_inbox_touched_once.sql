-- Checked past row-level security: a row of a workspace that no list named would fail it.
alter table inbox_message add constraint inbox_message_touched check (touched > 0) not valid;
alter table inbox_message validate constraint inbox_message_touched;
