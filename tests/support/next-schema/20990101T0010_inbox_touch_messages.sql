-- wardroom: backfill
-- It adds one to whatever it meets: a row that was changed twice says so.
-- scopes
select workspace_id from identity_workspace_route order by 1;
-- batch
with batch as (
  select workspace_id, id from inbox_message
  where workspace_id = current_setting('app.workspace')::uuid
    and id > coalesce(nullif($1, ''), '00000000-0000-0000-0000-000000000000')::uuid
  order by workspace_id, id limit $2::integer
), changed as (
  update inbox_message m set touched = m.touched + 1 from batch
  where m.workspace_id = batch.workspace_id and m.id = batch.id returning m.id
)
select (select id::text from batch order by id desc limit 1) as reached, (select count(*) from changed) as changed;
-- left
select count(*) from inbox_message where workspace_id = current_setting('app.workspace')::uuid and touched = 0;
