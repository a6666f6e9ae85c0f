import type { Actor } from "../../identity/actor.ts";
import { ForgedRow, recordForgery } from "../../identity/forged-row.ts";
import { connectionIdOf, findConnection, type SsoConnection } from "../../identity/sso/connection.ts";
import type { SsoHandles } from "../../identity/sso/handles.ts";
import { countLinks, findLink } from "../../identity/sso/link.ts";
import type { Protocol } from "../../identity/sso/tables.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { inWorkspace, type Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";

export interface ConnectionView {
  readonly protocol: Protocol;
  readonly id: string;
  /** Undefined: there is none yet, or one that somebody else wrote. */
  readonly connection: SsoConnection | undefined;
  readonly linked: number;
  readonly ownLink: { readonly usedAt: Date | null } | undefined;
}

/** Both connections as those who may set them up see them. */
export async function describeConnections(handles: SsoHandles, actor: Actor): Promise<ConnectionView[]> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const views: ConnectionView[] = [];
    for (const protocol of ["oidc", "saml"] as const) {
      const id = connectionIdOf(vault, protocol);
      const connection = await findOurs(handles, tx, vault, protocol);
      const linked = connection === undefined ? 0 : await countLinks(tx, vault, id);
      const own = await findOwnLink(handles, tx, vault, { connectionId: id, memberId: actor.memberId });
      views.push({ protocol, id, connection, linked, ownLink: own });
    }
    return views;
  });
}

/** What a member sees of it in their profile: the connections that are on, and whether theirs is made. */
export async function describeOwnAccount(
  handles: SsoHandles,
  actor: Actor,
): Promise<Array<{ id: string; label: string; linked: boolean }>> {
  const views = await describeConnections(handles, actor);
  return views.flatMap(({ id, connection, ownLink }) =>
    connection?.enabled === true
      ? [{ id, label: connection.settings.label, linked: ownLink !== undefined }]
      : [],
  );
}

async function findOwnLink(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  wanted: { readonly connectionId: string; readonly memberId: string },
) {
  return ignoreForged(handles, () => findLink(tx, vault, wanted));
}

async function findOurs(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  protocol: Protocol,
): Promise<SsoConnection | undefined> {
  return ignoreForged<SsoConnection>(handles, () => findConnection(tx, vault, protocol));
}

async function ignoreForged<Row>(
  handles: SsoHandles,
  find: () => Promise<Row | undefined>,
): Promise<Row | undefined> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof ForgedRow)) throw error;
    await recordForgery(handles, error);
    return undefined;
  }
}
