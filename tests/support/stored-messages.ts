import pg from "pg";
import type { Secret } from "../../server/platform/secret.ts";

/** Conversations a workspace has for each of its messages. Ours: some tens of messages in a chat. */
const MESSAGES_PER_CHAT = 50;

/**
 * Puts `messages` rows of made-up ciphertext into `workspaces` workspaces, with contacts and chats, as fast as
 * PostgreSQL can make them. As a superuser: the rows are as large and as many as real ones, and nobody can open them.
 */
export async function storeMessages(
  superuser: Secret<string>,
  { messages, workspaces }: { readonly messages: number; readonly workspaces: number },
): Promise<void> {
  const client = new pg.Client(superuser.reveal());
  await client.connect();
  try {
    await client.query(
      "create temporary table made as select gen_random_uuid() as workspace_id from generate_series(1, $1::int)",
      [workspaces],
    );
    await client.query("insert into identity_workspace_route select workspace_id, now() from made");
    const chats = Math.ceil(messages / workspaces / MESSAGES_PER_CHAT);
    await client.query(
      `create temporary table chat as select workspace_id, gen_random_uuid() as contact_id, gen_random_uuid() as id
       from made, generate_series(1, $1::int)`,
      [chats],
    );
    await client.query(`
      insert into inbox_contact (workspace_id, id, profile_sealed, profile_hash, created_at)
      select workspace_id, contact_id, '\\x00', '\\x00', now() from chat`);
    await client.query(`
      insert into inbox_conversation (workspace_id, id, contact_id, number_id, state, last_activity_at, created_at, mac)
      select workspace_id, id, contact_id, gen_random_uuid(), 'open', now(), now(), sha256(id::text::bytea) from chat`);
    await client.query(
      `insert into inbox_message (workspace_id, id, conversation_id, position, direction, kind, wamid_hash,
         wamid_sealed, body_sealed, meta_at, recorded_at)
       select workspace_id, gen_random_uuid(), id, n, 'in', 'text', sha256((id::text || n)::bytea),
         sha256(n::text::bytea), sha256(id::text::bytea) || sha256(n::text::bytea), now(), now()
       from chat, generate_series(1, $1::int) as n`,
      [MESSAGES_PER_CHAT],
    );
    await client.query("analyze");
  } finally {
    await client.end();
  }
}
