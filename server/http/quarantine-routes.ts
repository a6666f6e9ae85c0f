import { contract } from "../../contract/contract.ts";
import type { Quarantined } from "../../contract/quarantine.ts";
import { dropQuarantined, retryQuarantined } from "../inbox/retry-quarantined.ts";
import { type InboxRoom, perform, record, recordReading } from "../inbox/room.ts";
import { narrow } from "../platform/database.ts";
import { parseJson } from "../whatsapp/inbound/parse-json.ts";
import {
  listQuarantine,
  openQuarantined,
  type QuarantineRow,
} from "../whatsapp/quarantine/read-quarantine.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import type { Api } from "./api.ts";

/** Updates that were signed and could not be placed: look, try again, give up. */
export function registerQuarantineRoutes(api: Api, room: InboxRoom): void {
  api.route(contract.listQuarantine, { access: "quarantine.read" }, ({ actor, query }) =>
    perform(room, actor, async (act) => {
      const page = await listQuarantine(narrow<WhatsappTables>(act.tx), act.vault, query);
      await recordReading(act, `quarantine/${query.state}`, {
        kind: "quarantine.listed",
        subject: "quarantine",
        detail: { rows: page.rows.length },
      });
      return { items: page.rows.map(viewOf), next: page.next, held: page.held };
    }),
  );
  api.route(contract.inspectQuarantined, { access: "quarantine.read" }, ({ actor, params }) =>
    perform(room, actor, async (act) => {
      const { row, raw } = await openQuarantined(narrow<WhatsappTables>(act.tx), act.vault, params.id, {
        lock: false,
      });
      await record(act, { kind: "quarantine.inspected", subject: `quarantine:${params.id}` });
      return { ...viewOf(row), content: readable(raw) };
    }),
  );
  api.route(contract.retryQuarantined, { access: "quarantine.decide" }, ({ actor, params }) =>
    perform(room, actor, async (act) => viewOf(await retryQuarantined(act, params.id))),
  );
  api.route(contract.dropQuarantined, { access: "quarantine.decide" }, ({ actor, params }) =>
    perform(room, actor, async (act) => viewOf(await dropQuarantined(act, params.id))),
  );
}

function viewOf(row: QuarantineRow): Quarantined {
  return {
    id: row.id,
    reason: row.reason,
    state: row.state,
    field: row.field,
    appId: row.app_id,
    wabaId: row.waba_id,
    phoneNumberId: row.phone_number_id,
    byteSize: row.byte_size,
    receivedAt: row.received_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
  };
}

/**
 * Indented where it is JSON of the depth that we take in (deeper, the indentation alone could fill the memory);
 * otherwise as text, with what is not UTF-8 shown as such.
 */
function readable(raw: Buffer): string {
  const parsed = parseJson(raw);
  return parsed.ok ? JSON.stringify(parsed.value, null, 2) : raw.toString("utf8");
}
