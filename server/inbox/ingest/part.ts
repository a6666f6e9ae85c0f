import type { WorkspaceId } from "../../platform/ids.ts";
import type { Update } from "../../whatsapp/inbound/update.ts";

/** What one POST brought for one number of one workspace, verified and placed, on its way into one transaction. */
export interface IngestPart {
  readonly workspaceId: WorkspaceId;
  readonly appId: string;
  readonly wabaId: string;
  /** Null for what concerns an account. */
  readonly phoneNumberId: string | null;
  /** Null where the number is not ours, and for accounts. */
  readonly numberId: string | null;
  readonly updates: readonly Update[];
  /** Parts of one strand are committed in order, those of several side by side; 0 unless told. */
  readonly strand?: number;
  /** Set where the whole part goes to quarantine, and why. */
  readonly quarantine?: string;
}
