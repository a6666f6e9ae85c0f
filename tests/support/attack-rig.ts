import { randomBytes } from "node:crypto";
import pg from "pg";
import type { RunningWardroom } from "./running-wardroom.ts";
import { openSession, startSession, type TestSession, totpCode } from "./test-session.ts";

/** Of everybody who is invited here. */
export const PASSWORD = "correct horse battery";

export interface Colleague {
  readonly session: TestSession;
  readonly memberId: string;
  /** Signs in once more, on another browser, with the code of that moment. */
  signIn(at: Date): Promise<TestSession>;
  /** How they sign in elsewhere, with PASSWORD. */
  readonly login: { readonly email: string; readonly totpSecret: string };
}

/** Somebody with this role, who came by an invitation of the Owner and is signed in. Close the session. */
export async function invited(
  { owner, wardroom }: Pick<RunningWardroom, "owner" | "wardroom">,
  role: "agent" | "team_lead" | "admin",
  now: Date = new Date(),
  teamIds: readonly string[] = [],
): Promise<Colleague> {
  const { link } = await owner.post("/invitations", { name: `A ${role}`, role, teamIds });
  const token = new URL(link).hash.slice(1);
  const session = openSession(wardroom);
  const email = `${role}.${randomBytes(4).toString("hex")}@marsahome.example`;
  const { enrolment, secret } = await session.post("/invitations/enrolment", { token, email });
  const me = await session.post("/invitations/accept", {
    ...{ token, email, enrolment, name: `A ${role}`, password: PASSWORD, language: "en" },
    totp: totpCode(secret, now),
  });
  const signIn = (at: Date) =>
    startSession(wardroom, { email, password: PASSWORD, totpSecret: secret, now: at });
  return { session, memberId: me.memberId, signIn, login: { email, totpSecret: secret } };
}

export interface LoggedEvent {
  readonly workspaceId: string;
  readonly kind: string;
  readonly actor: string;
  readonly subject: string;
  readonly outcome: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Everything in the audit log, oldest first, as nobody but the server's administrator can see it. */
export async function readLog({
  database,
}: {
  readonly database: Pick<RunningWardroom["database"], "superuserUrl">;
}): Promise<LoggedEvent[]> {
  const rows = await asSuperuser({ database }, (client) =>
    client.query("select workspace_id, bytes from audit_event order by occurred_at, id"),
  );
  return rows.rows.map(({ workspace_id, bytes }) => {
    const { kind, actor, subject, outcome, detail } = JSON.parse(bytes.toString("utf8"));
    return { workspaceId: workspace_id, kind, actor, subject, outcome, detail: detail ?? {} };
  });
}

/** Whoever may write every row: the thief of controls.md, M8. */
export async function asSuperuser<Result>(
  { database }: { readonly database: Pick<RunningWardroom["database"], "superuserUrl"> },
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: database.superuserUrl.reveal() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A customer of the simulator who has written; returns the unassigned chat's id. */
export async function strangerWrites(
  { wardroom, made, owner }: Pick<RunningWardroom, "wardroom" | "made" | "owner">,
  text: string,
): Promise<{ conversationId: string; customerId: string; waId: string }> {
  const simulator = wardroom.simulator;
  if (simulator === undefined || made.number === null) throw new Error("no simulator here");
  const digits = String(randomBytes(4).readUInt32BE() % 1e7).padStart(7, "0");
  const before = await unassigned(owner);
  const { customerId } = await simulator.addCustomer({
    phoneNumberId: made.number.phoneNumberId,
    name: "Layla Haddad",
    phone: `+97150${digits}`,
  });
  await simulator.sendAsCustomer(customerId, { type: "text", body: text });
  await simulator.idle();
  const conversationId = (await unassigned(owner)).find((id) => !before.includes(id));
  if (conversationId === undefined) throw new Error("the message did not arrive");
  return { conversationId, customerId, waId: `97150${digits}` };
}

async function unassigned(owner: TestSession): Promise<string[]> {
  const { conversations } = await owner.get("/conversations?view=unassigned&limit=100");
  return conversations.map(({ id }: { id: string }) => id);
}
