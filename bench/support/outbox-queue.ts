import { type Kysely, sql } from "kysely";
import { type AuditLog, openAuditLog } from "../../server/audit/audit-log.ts";
import { announce } from "../../server/inbox/live/live-change.ts";
import { bodyPlace } from "../../server/inbox/stored-body.ts";
import { inWorkspace, narrow, openDatabase, type Tx } from "../../server/platform/database.ts";
import { newId, type WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { openRootKey } from "../../server/vault/open-root-key.ts";
import { openVault } from "../../server/vault/open-vault.ts";
import type { VaultTables } from "../../server/vault/tables.ts";
import type { KeySubject, Vault } from "../../server/vault/vault.ts";
import { payloadPlace } from "../../server/whatsapp/outbound/outbox.ts";
import { sendPayload } from "../../server/whatsapp/outbound/send-payload.ts";

/** One customer of the bench, with how many messages were queued for them. */
export interface Chat {
  readonly index: number;
  readonly id: string;
  readonly contactId: string;
  position: number;
  serial: number;
}

export interface Queued {
  readonly id: string;
  /** When it was to be queued, whatever was in the way, in ms since the epoch. */
  readonly dueMs: number;
}

export interface QueueOptions {
  readonly appUrl: string;
  readonly rootKeyFile: string;
  readonly workspaceId: WorkspaceId;
  readonly numberId: string;
}

/**
 * Queues messages as sending does (a row of the thread, one of the outbox, an event, a NOTIFY, all in one transaction),
 * many in one: a campaign, say. From a process of its own, so that the server does nothing but send.
 */
export class BulkQueue implements AsyncDisposable {
  // biome-ignore lint/suspicious/noExplicitAny: rows of three rooms
  readonly db: Kysely<any>;
  readonly #options: QueueOptions;
  readonly #vault: Vault;
  readonly #audit: AuditLog;

  // biome-ignore lint/suspicious/noExplicitAny: rows of three rooms
  private constructor(db: Kysely<any>, vault: Vault, audit: AuditLog, options: QueueOptions) {
    this.db = db;
    this.#vault = vault;
    this.#audit = audit;
    this.#options = options;
  }

  static async open(options: QueueOptions): Promise<BulkQueue> {
    // biome-ignore lint/suspicious/noExplicitAny: rows of three rooms
    const db = openDatabase<any>({
      url: new Secret(options.appUrl),
      ...{ maxConnections: 4, name: "bench-load", onIdleError: () => undefined },
    });
    const vault = await openVault(narrow<VaultTables>(db), (start) =>
      openRootKey({ provider: "file", path: options.rootKeyFile }, start),
    );
    const key = new Secret(await vault.deriveInstallationKey(`audit/pending/v1/${options.workspaceId}`));
    return new BulkQueue(
      db,
      vault,
      openAuditLog({ writer: newId<string>(), keyOf: async () => key }),
      options,
    );
  }

  async listChats(): Promise<Chat[]> {
    const { rows } = await this.#inWorkspace((tx) =>
      sql<{ id: string; contact_id: string; last_position: string }>`
        select id, contact_id, last_position from inbox_conversation order by id`.execute(tx),
    );
    return rows.map((row, index) => ({
      ...{ index, id: row.id, contactId: row.contact_id, position: Number(row.last_position), serial: 0 },
    }));
  }

  /** One message to each of `chats`, in their order; a chat may be there more than once. */
  async queue(chats: readonly Chat[], dueMs: readonly number[]): Promise<Queued[]> {
    const { workspaceId, numberId } = this.#options;
    const vault = await this.#vault.openWorkspace(workspaceId);
    const now = new Date();
    const lines = chats.map((chat) => {
      chat.position += 1;
      chat.serial += 1;
      return { chat, id: newId<string>(), position: chat.position, text: `${chat.index} ${chat.serial}` };
    });
    const last = [...new Map(lines.map((line) => [line.chat.id, line])).values()];
    await this.#inWorkspace(async (tx) => {
      const subjectOf = ({ contactId }: Chat): KeySubject => ({
        ...{ subjectId: contactId, keyClass: "conversation", at: now },
      });
      const keys = await vault.keysFor(narrow<VaultTables>(tx), chats.map(subjectOf));
      await sql`
        update inbox_conversation c set last_position = n.position, last_message_id = n.message_id,
          last_activity_at = ${now}, waiting_since = null, version = version + 1
        from (select * from unnest(${last.map((line) => line.chat.id)}::uuid[], ${last.map((line) => line.position)}::bigint[],
          ${last.map((line) => line.id)}::uuid[]) as u (id, position, message_id) order by id) n
        where c.workspace_id = ${workspaceId} and c.id = n.id`.execute(tx);
      await sql`
        insert into inbox_message (workspace_id, id, conversation_id, position, direction, kind, body_sealed, recorded_at,
          send_state, client_id)
        select ${workspaceId}, id, conversation_id, position, 'out', 'text', body, ${now}, 'queued', id
        from unnest(${lines.map((line) => line.id)}::uuid[], ${lines.map((line) => line.chat.id)}::uuid[],
          ${lines.map((line) => line.position)}::bigint[],
          ${lines.map(({ chat, id, text }) => {
            const place = bodyPlace({ id, conversationId: chat.id });
            return keys.seal(subjectOf(chat), place, JSON.stringify({ body: { kind: "text", text } }));
          })}::bytea[]) as u (id, conversation_id, position, body)`.execute(tx);
      const to = { waId: "971500000000", userId: null };
      await sql`
        insert into whatsapp_outbox (workspace_id, id, number_id, contact_id, kind, state, payload_sealed, due_at, created_at)
        select ${workspaceId}, id, ${numberId}, contact_id, 'message', 'queued', payload, ${now}, ${now}
        from unnest(${lines.map((line) => line.id)}::uuid[], ${lines.map((line) => line.chat.contactId)}::uuid[],
          ${lines.map(({ chat, id, text }) => {
            const payload = sendPayload.parse({ kind: "text", to, text, replyToWamid: null });
            return keys.seal(subjectOf(chat), payloadPlace(id), JSON.stringify(payload));
          })}::bytea[]) with ordinality as u (id, contact_id, payload, nth) order by nth`.execute(tx);
      await this.#audit.append(
        narrow(tx),
        workspaceId,
        lines.map(({ id, chat }) => ({
          ...{
            occurredAt: now,
            kind: "message.sent" as const,
            actor: "system:bench",
            outcome: "success" as const,
          },
          ...{
            subject: `message:${id}`,
            contactId: chat.contactId,
            detail: { conversation: chat.id, kind: "text" },
          },
        })),
      );
      await announce(tx, {
        workspaceId,
        messages: lines.map(({ id, chat }) => ({ conversationId: chat.id, messageId: id })),
      });
    });
    return lines.map(({ id }, n) => ({ id, dueMs: dueMs[n] ?? 0 }));
  }

  /** State of each row of the outbox, when it was settled, and what its line in the thread says. */
  async outcomes(): Promise<
    Map<string, { state: string; settledAt: Date | null; line: string; hasWamid: boolean }>
  > {
    const { rows } = await this.#inWorkspace((tx) =>
      sql<{ id: string; state: string; settled_at: Date | null; line: string; has_wamid: boolean }>`
        select o.id, o.state, o.settled_at, m.send_state as line, m.wamid_hash is not null as has_wamid
        from whatsapp_outbox o join inbox_message m on m.workspace_id = o.workspace_id and m.id = o.id`.execute(
        tx,
      ),
    );
    return new Map(
      rows.map((row) => [
        row.id,
        { state: row.state, settledAt: row.settled_at, line: row.line, hasWamid: row.has_wamid },
      ]),
    );
  }

  async countOpen(): Promise<number> {
    const { rows } = await this.#inWorkspace((tx) =>
      sql<{ open: number }>`
        select count(*)::int as open from whatsapp_outbox where state in ('queued', 'sending', 'in_doubt')`.execute(
        tx,
      ),
    );
    return rows[0]?.open ?? 0;
  }

  #inWorkspace<Result>(work: (tx: Tx<never>) => Promise<Result>): Promise<Result> {
    return inWorkspace(this.db, this.#options.workspaceId, (tx) => work(tx as Tx<never>));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#vault[Symbol.asyncDispose]();
    await this.db.destroy();
  }
}
