import { openAuditLog } from "../../server/audit/audit-log.ts";
import { systemClock } from "../../server/platform/clock.ts";
import { narrow, openDatabase } from "../../server/platform/database.ts";
import { createHttpClient } from "../../server/platform/http-client.ts";
import { newId } from "../../server/platform/ids.ts";
import { openLog } from "../../server/platform/log.ts";
import { Secret } from "../../server/platform/secret.ts";
import { openVault } from "../../server/vault/open-vault.ts";
import { LocalRootKey } from "../../server/vault/root-key.ts";
import type { VaultTables } from "../../server/vault/tables.ts";
import { createGraphClient } from "../../server/whatsapp/graph-client.ts";
import type { OutboxTables } from "../../server/whatsapp/outbound/outbox.ts";
import { Sender } from "../../server/whatsapp/outbound/sender.ts";

/** A process of its own that sends until it is killed: for tests of what a kill leaves behind. */
const { url, origin, rootKey, leaseSeconds } = JSON.parse(process.env["SENDER_CHILD"] ?? "{}") as {
  url: string;
  origin: string;
  rootKey: string;
  leaseSeconds: number;
};
const db = openDatabase<OutboxTables>({
  url: new Secret(url),
  maxConnections: 4,
  name: "sender-child",
  onIdleError: () => {},
});
const sender = new Sender({
  db,
  vault: await openVault(
    narrow<VaultTables>(db),
    async () => new LocalRootKey("file", Buffer.from(rootKey, "base64")),
  ),
  audit: openAuditLog({ writer: newId<string>(), keyOf: async () => new Secret(Buffer.alloc(32, 7)) }),
  graph: createGraphClient({
    http: createHttpClient({ origins: [], loopbackOrigins: [origin] }),
    clock: systemClock,
    onCall: () => {},
  }),
  hosts: { meta: "https://graph.facebook.com", simulator: origin },
  clock: systemClock,
  log: openLog("silent"),
  upload: async () => "unused",
  onSettled: async () => {},
  leaseSeconds,
});
sender.start();
