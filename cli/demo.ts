import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Wardroom } from "../server/compose.ts";
import type { Config } from "../server/config/config.ts";
import { listWorkspaceIds } from "../server/identity/describe-workspace.ts";
import { signOut } from "../server/identity/sign-out.ts";
import { inWorkspace, narrow } from "../server/platform/database.ts";
import type { WorkspaceId } from "../server/platform/ids.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import type { MessageBody } from "../server/whatsapp/message-body.ts";
import type { WhatsappTables } from "../server/whatsapp/tables.ts";
import { composeTemplate } from "../server/whatsapp/templates/compose-template.ts";
import { synchroniseTemplates } from "../server/whatsapp/templates/synchronise-templates.ts";
import { findTemplates } from "../server/whatsapp/templates/template-store.ts";
import type { PastMessage } from "../simulator/import-chat.ts";
import { type FillTemplate, pastMessages } from "./demo/past-message.ts";
import { BUSINESS, OWNER } from "./demo/people.ts";
import { type PlannedChat, planHistory } from "./demo/plan.ts";
import { seededRandom } from "./demo/random.ts";
import { type SeededChat, seedHistory } from "./demo/seed-history.ts";
import { type DemoLogin, newPassword, seedTeam, signInOwner } from "./demo/seed-team.ts";
import { type SetUpResult, setUp } from "./set-up.ts";

/** Lies in the data folder once the sample business is whole. */
const MARK = "demo-is-whole";

/**
 * Makes the sample business, once: workspace, team, 200 customers with 2,000 messages, through the same rooms that real
 * ones pass. Returns the logins, which nobody can ask for again; undefined when it is there already.
 */
export async function seedDemo(wardroom: Wardroom, config: Config): Promise<DemoLogin[] | undefined> {
  const mark = join(wardroom.foundation.dataDir, MARK);
  const { identity, numbers } = wardroom.rooms;
  if ((await listWorkspaceIds(identity)).length > 0) {
    if (existsSync(mark)) return undefined;
    throw new StartFault(
      "The sample business was interrupted while it was made.",
      `Delete ${wardroom.foundation.dataDir} and start the demo again.`,
    );
  }
  const password = newPassword();
  const made = await setUp(wardroom, config, {
    workspace: BUSINESS,
    owner: { name: OWNER.name, email: OWNER.email, password, language: OWNER.language },
    number: { host: "simulator" },
  });
  const owner = { ...OWNER, ...made.owner, password };
  const ownerActor = await signInOwner(identity, owner);
  const team = await seedTeam(identity, ownerActor);
  const by = { workspaceId: made.workspaceId as WorkspaceId, actor: "operator" };
  await synchroniseTemplates(numbers, { ...by, numberId: numberOf(made).id });
  await seedChats(wardroom, made, team);
  for (const actor of [ownerActor, ...team.map((member) => member.actor)]) await signOut(identity, actor);
  while ((await wardroom.rooms.fetchMedia(by.workspaceId)) > 0);
  writeFileSync(mark, "", { mode: 0o600 });
  return [owner, ...team.map((member) => member.login)];
}

async function seedChats(
  wardroom: Wardroom,
  made: SetUpResult,
  team: Awaited<ReturnType<typeof seedTeam>>,
): Promise<void> {
  const [lead, ...agents] = team;
  if (lead === undefined || made.simulator === null) throw new Error("the sample business has no team");
  const now = wardroom.rooms.inbox.clock();
  const names = agents.map((agent) => agent.login.name);
  const fill = await templateFiller(wardroom, made);
  const chats: SeededChat[] = [];
  const random = seededRandom(971);
  // The customer who wrote last comes last, and so stands on top of the phone's list.
  for (const plan of planHistory(now, names).toReversed())
    chats.push(await putOnPhone(wardroom, made, plan, pastMessages(plan, { random, fill, now }), fill));
  await seedHistory(
    {
      wardroom,
      workspaceId: made.workspaceId as WorkspaceId,
      number: numberOf(made),
      appId: made.simulator.appId,
      agents: new Map(agents.map((agent) => [agent.login.name, agent.actor])),
      lead: lead.actor,
    },
    chats,
  );
}

async function putOnPhone(
  { simulator }: Wardroom,
  made: SetUpResult,
  plan: PlannedChat,
  past: readonly PastMessage[],
  fill: FillTemplate,
): Promise<SeededChat> {
  if (simulator === undefined) throw new Error("the demo runs with the simulator");
  const { name, phone, username } = plan.customer;
  const { customerId } = await simulator.addCustomer({
    phoneNumberId: numberOf(made).phoneNumberId,
    name,
    phone,
    ...(username === undefined ? {} : { username, businessScopedOnly: true }),
  });
  const imported = await simulator.importChat(customerId, past);
  return { plan, past, imported, bodies: bodiesOf(plan, fill) };
}

/** What our own messages say, as the inbox keeps it. */
function bodiesOf(plan: PlannedChat, fill: FillTemplate): Map<number, MessageBody> {
  const bodies = new Map<number, MessageBody>();
  plan.messages.forEach((message, place) => {
    if (message.from === "business") bodies.set(place, bodyOf(plan, message, fill));
  });
  return bodies;
}

function bodyOf(
  plan: PlannedChat,
  message: PlannedChat["messages"][number],
  fill: FillTemplate,
): MessageBody {
  const { kind, text } = message;
  if (kind === "template") return fill(text, plan, message).rendered;
  if (kind === "image") return { kind, caption: text === "" ? null : text };
  if (kind === "document") return { kind, caption: null, fileName: text };
  return { kind: "text", text };
}

async function templateFiller({ foundation }: Wardroom, made: SetUpResult): Promise<FillTemplate> {
  const workspaceId = made.workspaceId as WorkspaceId;
  const vault = await foundation.vault.openWorkspace(workspaceId);
  const templates = await inWorkspace(foundation.db, workspaceId, (tx) =>
    findTemplates(narrow<WhatsappTables>(tx), vault, { wabaId: numberOf(made).wabaId }),
  );
  return (name, { customer }, { words }) => {
    const language = customer.language === "ar" ? "ar" : "en_US";
    const template = templates.find((known) => known.name === name && known.language === language);
    if (template === undefined) throw new Error(`the simulator has no template ${name} in ${language}`);
    const { name: first = "", order = "", day = "" } = words;
    const variables: Record<string, string> =
      name === "order_ready" ? { "1": first, "2": order } : { first_name: first, day };
    return composeTemplate(template, { templateId: template.id, variables });
  };
}

function numberOf({ number }: SetUpResult): NonNullable<SetUpResult["number"]> {
  if (number === null) throw new Error("the sample business has no number");
  return number;
}
