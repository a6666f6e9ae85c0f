import type { Selectable } from "kysely";
import type { MemberId } from "../../identity/actor.ts";
import { ForgedRow } from "../../identity/forged-row.ts";
import { afterCommit, type Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { AccessTables } from "../tables.ts";

/** How long an offer waits for its answer, in ms (issue 4). */
export const OFFER_MS = 72 * 60 * 60 * 1000;

/** Ownership, offered by an Owner to another member: the row carries a MAC, so that nobody offers it but an Owner. */
export interface OwnershipOffer {
  readonly id: string;
  readonly offeredBy: MemberId;
  readonly offeredTo: MemberId;
  /** What the one who offers is after it. */
  readonly afterwards: "owner" | "admin";
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly outcome: "accepted" | "declined" | "cancelled" | null;
  readonly version: number;
}

const TABLE = "access_ownership_offer";

/** The one that has not ended, expired or not. Throws ForgedRow. `tx` must be scoped to the workspace. */
export async function findOpenOffer(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
): Promise<OwnershipOffer | undefined> {
  const row = await tx
    .selectFrom(TABLE)
    .where("workspace_id", "=", vault.workspaceId)
    .where("ended_at", "is", null)
    .selectAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const offer = offerOf(row);
  const isOurs = vault.isMac(TABLE, macFields(vault, offer), row.mac);
  if (!isOurs || !vault.isNewest(TABLE, offer)) throw new ForgedRow(TABLE, row.id);
  return offer;
}

export async function insertOffer(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  offer: OwnershipOffer,
): Promise<void> {
  await tx
    .insertInto(TABLE)
    .values({
      ...{ workspace_id: vault.workspaceId, id: offer.id },
      ...{ offered_by: offer.offeredBy, offered_to: offer.offeredTo, afterwards: offer.afterwards },
      ...{ created_at: offer.createdAt, expires_at: offer.expiresAt, ended_at: null, outcome: null },
      ...{ version: offer.version, mac: vault.mac(TABLE, macFields(vault, offer)) },
    })
    .execute();
}

/** Writes how an offer ended. */
export async function endOffer(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  open: OwnershipOffer,
  end: { readonly outcome: "accepted" | "declined" | "cancelled"; readonly now: Date },
): Promise<void> {
  const offer: OwnershipOffer = {
    ...open,
    ...{ endedAt: end.now, outcome: end.outcome, version: open.version + 1 },
  };
  await tx
    .updateTable(TABLE)
    .set({
      ...{ ended_at: offer.endedAt, outcome: offer.outcome, version: offer.version },
      mac: vault.mac(TABLE, macFields(vault, offer)),
    })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", offer.id)
    .executeTakeFirstOrThrow();
  // Nobody reads it again; so that it cannot be put back as it was, it is remembered here.
  afterCommit(tx, () => vault.isNewest(TABLE, offer));
}

function offerOf(row: Selectable<AccessTables["access_ownership_offer"]>): OwnershipOffer {
  return {
    id: row.id,
    offeredBy: row.offered_by as MemberId,
    offeredTo: row.offered_to as MemberId,
    afterwards: row.afterwards,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    version: Number(row.version),
  };
}

function macFields({ workspaceId }: WorkspaceVault, offer: OwnershipOffer) {
  const { id, offeredBy, offeredTo, afterwards, createdAt, expiresAt, endedAt, outcome, version } = offer;
  return [
    ...[workspaceId, id, offeredBy, offeredTo, afterwards],
    ...[createdAt, expiresAt, endedAt, outcome, version],
  ];
}
