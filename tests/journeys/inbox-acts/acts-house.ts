import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import pg from "pg";
import type { Message } from "../../../contract/conversations.ts";
import type { Template } from "../../../contract/numbers.ts";
import { inWorkspace, narrow } from "../../../server/platform/database.ts";
import type { WorkspaceId } from "../../../server/platform/ids.ts";
import { Secret } from "../../../server/platform/secret.ts";
import { keepNumber } from "../../../server/whatsapp/numbers/keep-number.ts";
import type { WhatsappTables } from "../../../server/whatsapp/tables.ts";
import { Desk } from "../../support/desk.ts";
import { inviteMember } from "../../support/invite-member.ts";
import { MetaDoor, newPerson } from "../../support/meta-door.ts";
import { runWardroom } from "../../support/running-wardroom.ts";
import type { TestSession } from "../../support/test-session.ts";
import { until } from "../../support/until.ts";

export type ActsHouse = Awaited<ReturnType<typeof openActsHouse>>;

/** One Wardroom for all that members do in chats: an Owner, two Agents and a Team Lead, and a clock that can be moved on. */
export async function openActsHouse() {
  let ahead = 0;
  const clock = () => new Date(Date.now() + ahead);
  const pass = (ms: number) => {
    ahead += ms;
  };
  const running = await runWardroom({ clock });
  const { wardroom, made, owner } = running;
  const simulator = wardroom.simulator!;
  const number = made.number!;
  const door = new MetaDoor(running);
  const member = (name: string, role: "agent" | "team_lead" | "admin") =>
    inviteMember(wardroom, owner, { name, role, email: `${name.toLowerCase()}@marsahome.example` });
  const [amal, basma, lina] = await Promise.all([
    member("Amal", "agent"),
    member("Basma", "agent"),
    member("Lina", "team_lead"),
  ]);
  const desk = new Desk(amal.session);

  /** A person with a phone, who has written `texts`; their chat waits unassigned. */
  async function newChat(...texts: string[]) {
    const name = `Layla ${randomBytes(5).toString("hex")}`;
    const phone = `+${newPerson().waId}`;
    const { customerId } = await simulator.addCustomer({ phoneNumberId: number.phoneNumberId, name, phone });
    const write = (body: string) => simulator.sendAsCustomer(customerId, { type: "text", body });
    const known = new Set((await desk.unassigned()).map(({ id }) => id));
    for (const text of texts) await write(text);
    const find = async () => (await desk.unassigned()).find(({ id }) => !known.has(id));
    await until(async () => (await find()) !== undefined);
    const { id } = (await find())!;
    await until(async () => {
      const { rows } = await query("select inbound_count from inbox_conversation where id = $1", [id]);
      return Number(rows[0].inbound_count) === texts.length;
    });
    return { id, name, phone, customerId, write, phoneShows: () => simulator.messagesOf(customerId) };
  }

  /** The same, taken by Amal. */
  async function newChatOfAmal(...texts: string[]) {
    const chat = await newChat(...texts);
    await amal.session.post(`/conversations/${chat.id}/take`);
    return chat;
  }

  function send(session: TestSession, chatId: string, text: string, replyToId?: string): Promise<Message> {
    const reply = replyToId === undefined ? {} : { replyToId };
    return session.post(`/conversations/${chatId}/messages`, {
      kind: "text",
      clientId: randomUUID(),
      text,
      ...reply,
    });
  }

  async function messageOf(chatId: string, id: string): Promise<Message> {
    const found = (await desk.messages(chatId)).find((message) => message.id === id);
    assert.ok(found);
    return found;
  }

  async function query(text: string, values: unknown[] = []) {
    const client = new pg.Client(running.database.superuserUrl.reveal());
    await client.connect();
    try {
      return await client.query(text, values);
    } finally {
      await client.end();
    }
  }

  /** What the log holds about something, oldest first: kinds, with who did it. */
  async function eventsAbout(subject: string): Promise<string[]> {
    const { rows } = await query(
      "select kind, actor from audit_event where subject = $1 order by occurred_at, id",
      [subject],
    );
    return rows.map(({ kind, actor }) => `${kind} ${NAMES[actor] ?? actor}`);
  }

  const NAMES: Readonly<Record<string, string>> = {
    [`member:${amal.memberId}`]: "Amal",
    [`member:${basma.memberId}`]: "Basma",
    [`member:${lina.memberId}`]: "Lina",
    [`member:${made.owner.memberId}`]: "Huda",
  };

  async function templateNamed(name: string, language = "en_US"): Promise<Template> {
    const { templates } = await owner.get(`/numbers/${number.id}/templates`);
    const found = templates.find(
      (template: Template) => template.name === name && template.language === language,
    );
    assert.ok(found, `the simulator has ${name}`);
    return found;
  }

  const refused = async (answer: ReturnType<TestSession["api"]>) => {
    const { status, body } = await answer;
    return `${status} ${body.code}`;
  };

  /** A second number of the same account, as if its token had been proved. */
  async function connect(phoneNumberId: string): Promise<void> {
    const workspaceId = made.workspaceId as WorkspaceId;
    const { vault, audit, db } = wardroom.foundation;
    const [{ accessToken = "" } = {}] = simulator.listNumbers();
    const credentials = {
      ...{ appId: door.appId, appSecret: new Secret(door.appSecret), accessToken: new Secret(accessToken) },
      ...{ wabaId: door.wabaId, phoneNumberId },
    };
    const claim = {
      workspaceId,
      actor: "operator",
      host: "simulator" as const,
      baseUrl: simulator.url,
      credentials,
    };
    const facts = {
      displayPhoneNumber: "+1 555 078 3881",
      verifiedName: "Second line",
      quality: null,
      throughput: 80,
      missingScopes: [],
      expiresAt: null,
    };
    const opened = await vault.openWorkspace(workspaceId);
    await inWorkspace(db, workspaceId, (tx) =>
      keepNumber(narrow<WhatsappTables>(tx), { vault: opened, audit }, { claim, facts, now: clock() }),
    );
  }
  return {
    running,
    wardroom,
    made,
    owner,
    simulator,
    number,
    door,
    amal,
    basma,
    lina,
    desk,
    newChat,
    newChatOfAmal,
    send,
    messageOf,
    query,
    eventsAbout,
    templateNamed,
    refused,
    clock,
    pass,
    connect,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
