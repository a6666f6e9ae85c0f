-- What is open is told by settled_at, not by state: so the step from queued to sending writes no index, and each message
-- leaves one dead entry in these two and not three. Room on each page lets the new version lie beside the old one.
drop index whatsapp_outbox_open_idx;
drop index whatsapp_outbox_contact_idx;
alter table whatsapp_outbox set (fillfactor = 70);
-- The sender: what is open for a number, in order.
create index whatsapp_outbox_open_idx on whatsapp_outbox (workspace_id, number_id, sequence) where settled_at is null;
-- The sender: does anything older of this contact stand before it?
create index whatsapp_outbox_contact_idx on whatsapp_outbox (workspace_id, contact_id, sequence) where settled_at is null;
