import type { Kysely } from "kysely";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { Clock } from "../../platform/clock.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Secret } from "../../platform/secret.ts";
import type { Vault } from "../../vault/vault.ts";
import type { GraphHost, GraphHosts } from "../graph-access.ts";
import type { GraphClient } from "../graph-client.ts";
import type { OnSettled, OutboxTables } from "../outbound/outbox.ts";
import type { AppSecrets } from "./app-secrets.ts";

/** The built-in simulator, where one runs. Its `graphUrl` is the origin that `hosts.simulator` names, too. */
export interface SimulatorSeat {
  readonly graphUrl: string;
  readonly appId: string;
  readonly appSecret: Secret<string>;
  addNumber(businessName: string): Promise<{
    readonly wabaId: string;
    readonly phoneNumberId: string;
    readonly accessToken: Secret<string>;
  }>;
}

/** What the acts on numbers work with; made once, in compose.ts. */
export interface NumbersRoom {
  readonly db: Kysely<OutboxTables>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly graph: GraphClient;
  readonly hosts: GraphHosts;
  readonly appSecrets: AppSecrets;
  readonly simulator: SimulatorSeat | null;
  /** Where a host is to send an app's webhooks: to Meta our public address, to the simulator this machine's. */
  readonly callbackUrlOf: (host: GraphHost, appId: string) => string;
  readonly onSettled: OnSettled;
  readonly wakeSender: (workspaceId: WorkspaceId) => void;
  /** A number was connected: its templates want to be read. */
  readonly onConnected?: (workspaceId: WorkspaceId) => void;
}
