import type { NumberRecord, TemplateRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import { webhookBody } from "./webhook-bodies.ts";

/** Meta's decision on a template; the business hears of it by webhook. */
export function changeTemplateStatus(
  sim: Simulation,
  template: TemplateRecord,
  change: { status: string; reason?: string },
): void {
  sim.state.put("template", template.templateId, {
    ...template,
    status: change.status,
    ...(change.reason === undefined ? {} : { rejectedReason: change.reason }),
  });
  const number = sim.state.list("number").find((candidate) => candidate.wabaId === template.wabaId);
  if (number !== undefined) announce(sim, number, template, change);
}

function announce(
  sim: Simulation,
  number: NumberRecord,
  template: TemplateRecord,
  change: { status: string; reason?: string },
): void {
  const value = {
    event: change.status,
    message_template_id: Number(template.templateId), // a JSON number at Meta too (facts.md, 1.4)
    message_template_name: template.name,
    message_template_language: template.language,
    reason: change.reason ?? "NONE",
    ...(change.status === "PAUSED"
      ? { other_info: { title: "FIRST_PAUSE", description: "Paused for low quality." } }
      : {}),
  };
  sim.delivery.enqueue({
    number,
    orderKey: `account:${number.wabaId}`,
    field: "message_template_status_update",
    label: `message_template_status_update · ${change.status.toLowerCase()}`,
    body: webhookBody(number.wabaId, "message_template_status_update", value, Math.floor(sim.now() / 1_000)),
  });
}
