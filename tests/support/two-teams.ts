import { type Colleague, invited, strangerWrites } from "./attack-rig.ts";
import type { RunningWardroom } from "./running-wardroom.ts";

/** Sales, which new chats are for, with a lead and two agents; Care with a lead and an agent. */
export async function twoTeams(running: RunningWardroom) {
  const { owner, made } = running;
  const number = made.number?.id ?? "";
  await owner.post("/teams", { name: "Sales" });
  const { teams } = await owner.post("/teams", { name: "Care" });
  const [sales, care]: [string, string] = [teams[0].id, teams[1].id];
  const set = await owner.api("PUT", `/numbers/${number}/teams`, { teamIds: [], defaultTeamId: sales });
  if (set.status !== 200) throw new Error(`teams of the number: ${set.body.code}`);
  const join = (role: "agent" | "team_lead", team: string) => invited(running, role, new Date(), [team]);
  const [salesLead, seller, otherSeller, careLead, carer] = await Promise.all([
    join("team_lead", sales),
    join("agent", sales),
    join("agent", sales),
    join("team_lead", care),
    join("agent", care),
  ]);
  const people: readonly Colleague[] = [salesLead, seller, otherSeller, careLead, carer];
  return {
    ...{ sales, care, number, salesLead, seller, otherSeller, careLead, carer },
    /** A chat of Sales that waits. */
    chat: (text = "Hello") => strangerWrites(running, text),
    async [Symbol.asyncDispose]() {
      for (const { session } of people) await session.close();
    },
  };
}

/** "404 inbox.no_conversation". */
export function outcomeOf({ status, body }: { status: number; body: { code?: string } }): string {
  return `${status} ${body?.code ?? ""}`.trim();
}
