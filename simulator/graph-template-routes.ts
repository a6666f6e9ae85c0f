import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type GraphCall, graphRoute } from "./graph-call.ts";
import { numberByWabaId } from "./graph-caller.ts";
import { GraphError } from "./graph-error.ts";
import { parse } from "./message-shape.ts";
import { mintGraphId } from "./meta-ids.ts";
import type { TemplateRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import { templateView } from "./template-view.ts";

const DEFAULT_PAGE = 25;
const FILTERS = ["name", "status", "language", "category"] as const;

const NEW_TEMPLATE = z.looseObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().min(2),
  category: z.enum(["AUTHENTICATION", "MARKETING", "UTILITY"]),
  parameter_format: z.string().optional(),
  components: z.array(z.looseObject({ type: z.string() })).min(1),
});

export function addGraphTemplateRoutes(app: FastifyInstance, sim: Simulation): void {
  app.get("/:id/message_templates", graphRoute(sim, listTemplates));
  app.post("/:id/message_templates", graphRoute(sim, createTemplate));
  app.delete("/:id/message_templates", graphRoute(sim, deleteTemplate));
}

function listTemplates({ sim, caller, id, params }: GraphCall): object {
  const number = numberByWabaId(caller, id);
  const all = sim.state
    .list("template")
    .filter((template) => isAsked(template, number.wabaId, params.values));
  const limit = readLimit(params.values["limit"]);
  const start = readCursor(params.values["after"]);
  const page = all.slice(start, start + limit);
  const end = start + page.length;
  const cursors = { before: writeCursor(start), after: writeCursor(end) };
  const next = `${sim.origin()}/v23.0/${id}/message_templates?limit=${limit}&after=${cursors.after}`;
  return {
    data: page.map((template) => chooseFields(templateView(template), params.values["fields"])),
    ...(page.length === 0 ? {} : { paging: { cursors, ...(end < all.length ? { next } : {}) } }),
  };
}

function isAsked(
  template: TemplateRecord,
  wabaId: string,
  values: Readonly<Record<string, unknown>>,
): boolean {
  return (
    template.wabaId === wabaId &&
    FILTERS.every((name) => values[name] === undefined || String(values[name]) === template[name])
  );
}

function chooseFields(view: Record<string, unknown>, fields: unknown): object {
  if (typeof fields !== "string" || fields === "") return view;
  const names = new Set([...fields.split(",").map((name) => name.trim()), "id"]);
  return Object.fromEntries(Object.entries(view).filter(([name]) => names.has(name)));
}

/** Waits for a decision as PENDING, which only `setTemplateStatus` of the simulator makes. */
function createTemplate({ sim, caller, id, params }: GraphCall): object {
  const number = numberByWabaId(caller, id);
  const input = parse(NEW_TEMPLATE, params.values, []);
  const isTaken = sim.state
    .list("template")
    .some(
      ({ wabaId, name, language }) => wabaId === id && name === input.name && language === input.language,
    );
  if (isTaken)
    throw new GraphError(100, {
      message: "(#100) Content in this language already exists",
      subcode: 2388024,
    });
  const template: TemplateRecord = {
    templateId: mintGraphId(),
    wabaId: number.wabaId,
    name: input.name,
    language: input.language,
    category: input.category,
    status: "PENDING",
    parameterFormat: input.parameter_format?.toUpperCase() === "NAMED" ? "NAMED" : "POSITIONAL",
    components: input.components.map((component) => ({ ...component, type: component.type.toUpperCase() })),
  };
  sim.state.put("template", template.templateId, template);
  return { id: template.templateId, status: "PENDING", category: template.category };
}

function deleteTemplate({ sim, caller, id, params }: GraphCall): object {
  const number = numberByWabaId(caller, id);
  const { name, hsm_id: templateId } = params.values;
  if (name === undefined) throw new GraphError(100, { message: "(#100) The parameter name is required." });
  for (const template of sim.state.list("template")) {
    const isMeant =
      template.wabaId === number.wabaId &&
      template.name === name &&
      (templateId === undefined || template.templateId === templateId);
    if (isMeant) sim.state.remove("template", template.templateId);
  }
  return { success: true };
}

function readLimit(limit: unknown): number {
  const wanted = limit === undefined ? DEFAULT_PAGE : Number(limit);
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new GraphError(100, { details: "Param limit is not valid" });
  return Math.min(wanted, 100);
}

function writeCursor(position: number): string {
  return Buffer.from(`s${position}`).toString("base64url");
}

function readCursor(after: unknown): number {
  if (after === undefined || after === "") return 0;
  const position = Number(/^s(\d+)$/.exec(Buffer.from(String(after), "base64url").toString())?.[1]);
  if (!Number.isInteger(position)) throw new GraphError(131059);
  return position;
}
