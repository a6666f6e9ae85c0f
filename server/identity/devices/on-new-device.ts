import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { MemberId, PersonId } from "../actor.ts";
import type { IdentityTables } from "../tables.ts";

/** Tells a member of a device that is new to us, in the transaction of the sign-in. */
export type OnNewDevice = (
  tx: Tx<IdentityTables>,
  told: {
    readonly workspaceId: WorkspaceId;
    readonly personId: PersonId;
    readonly memberId: MemberId;
    readonly deviceId: string;
    readonly userAgent: string | undefined;
    /** ISO 3166-1, "AE". */
    readonly country: string | null;
    readonly at: Date;
    /** Whether it may do nothing until somebody approves it. */
    readonly waits: boolean;
  },
) => Promise<void>;
