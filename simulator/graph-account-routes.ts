import type { FastifyInstance } from "fastify";
import { type GraphCall, graphRoute } from "./graph-call.ts";
import { numberByPhoneId, numberByWabaId } from "./graph-caller.ts";
import { GraphError, noSuchObject } from "./graph-error.ts";
import { mediaInfo, removeMedia } from "./graph-media-routes.ts";
import { readablePhone } from "./phone-numbers.ts";
import type { NumberRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import { templateView } from "./template-view.ts";

/** Objects by their id (account, number, media, template, whichever it is), the numbers of an account, and settings. */
export function addGraphAccountRoutes(app: FastifyInstance, sim: Simulation): void {
  app.get("/:id", graphRoute(sim, readObject));
  app.delete("/:id", graphRoute(sim, removeMedia));
  app.get("/:id/phone_numbers", graphRoute(sim, listNumbers));
  app.get("/:id/settings", graphRoute(sim, readSettings));
  app.post("/:id/settings", graphRoute(sim, changeSettings));
}

function readObject(call: GraphCall): object {
  const { caller, id, params, sim } = call;
  if (sim.state.find("media", id) !== undefined) return mediaInfo(call);
  if (caller.kind !== "system_user") throw noSuchObject();
  const { number } = caller;
  const template = sim.state.find("template", id);
  if (template?.wabaId === number.wabaId) return templateView(template);
  if (id === number.phoneNumberId) {
    return select(numberFields(sim, number), params.values["fields"], NUMBER_DEFAULTS);
  }
  if (id === number.wabaId) return select(accountFields(number), params.values["fields"], ACCOUNT_DEFAULTS);
  throw noSuchObject();
}

function listNumbers({ sim, caller, id, params }: GraphCall): object {
  const number = numberByWabaId(caller, id);
  const fields = params.values["fields"];
  return {
    data: [select(numberFields(sim, number), fields, NUMBER_DEFAULTS)],
    paging: { cursors: { before: "QVFIUbefore", after: "QVFIUafter" } },
  };
}

/** facts.md, 4.1: exactly one setting per call; the simulator keeps the identity check and refuses what it has not. */
function changeSettings({ sim, caller, id, params }: GraphCall): object {
  const number = numberByPhoneId(caller, id);
  const change = params.values["user_identity_change"];
  if (typeof change !== "object" || change === null) {
    throw new GraphError(100, { message: "(#100) One feature setting must be specified" });
  }
  const wanted = change as { enable_identity_key_check?: unknown; enabled?: unknown };
  const identityCheck = wanted.enable_identity_key_check ?? wanted.enabled;
  if (typeof identityCheck !== "boolean")
    throw new GraphError(131009, { details: "Param user_identity_change is not valid" });
  sim.state.put("number", number.phoneNumberId, { ...number, identityCheck });
  return { success: true };
}

function readSettings({ caller, id }: GraphCall): object {
  const number = numberByPhoneId(caller, id);
  return {
    calling: { status: "disabled" },
    payload_encryption: { status: "disabled" },
    storage_configuration: { status: "default" },
    user_identity_change: { enable_identity_key_check: number.identityCheck },
  };
}

const NUMBER_DEFAULTS = [
  "id",
  "display_phone_number",
  "verified_name",
  "quality_rating",
  "code_verification_status",
];
const ACCOUNT_DEFAULTS = ["id", "name", "timezone_id", "message_template_namespace"];

function numberFields(sim: Simulation, number: NumberRecord): Record<string, unknown> {
  const { appId, subscription } = sim.state.get("app", "app");
  const entity = (entity_type: string, entityId: string) => ({
    entity_type,
    id: entityId,
    can_send_message: "AVAILABLE",
  });
  return {
    id: number.phoneNumberId,
    display_phone_number: readablePhone(number.phone.slice(1)),
    verified_name: number.businessName,
    quality_rating: "GREEN",
    code_verification_status: "VERIFIED",
    name_status: "APPROVED",
    status: "CONNECTED",
    account_mode: "SANDBOX",
    platform_type: "CLOUD_API",
    host_platform: "CLOUD_API",
    throughput: { level: "STANDARD" },
    is_official_business_account: false,
    is_pin_enabled: true,
    is_on_biz_app: false,
    is_preverified_number: false,
    whatsapp_business_manager_messaging_limit: "TIER_2K",
    webhook_configuration: { application: subscription?.callbackUrl ?? "" },
    health_status: {
      can_send_message: "AVAILABLE",
      entities: [
        entity("PHONE_NUMBER", number.phoneNumberId),
        entity("WABA", number.wabaId),
        entity("BUSINESS", number.businessId),
        entity("APP", appId),
      ],
    },
  };
}

function accountFields(number: NumberRecord): Record<string, unknown> {
  return {
    id: number.wabaId,
    name: number.businessName,
    timezone_id: "1",
    message_template_namespace: `simulator_${number.wabaId}`,
    account_review_status: "APPROVED",
    business_verification_status: "verified",
    country: "US",
    currency: "USD",
    ownership_type: "SELF_OWNED",
    owner_business_info: { id: number.businessId, name: number.businessName },
    primary_business_location: "US",
    status: "ACTIVE",
  };
}

/** Graph's `fields=`: the id always, then what was asked for; a name that does not exist is an error. */
function select(object: Record<string, unknown>, fields: unknown, defaults: readonly string[]): object {
  const asked =
    typeof fields === "string" && fields !== "" ? fields.split(",").map((name) => name.trim()) : defaults;
  const unknown = asked.find((name) => !Object.hasOwn(object, name));
  if (unknown !== undefined) {
    throw new GraphError(100, { message: "(#100) Tried accessing a nonexisting field on this node" });
  }
  return Object.fromEntries([...new Set([...asked, "id"])].map((name) => [name, object[name]]));
}
