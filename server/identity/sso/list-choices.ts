import { inWorkspace } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { listWorkspaceIds } from "../describe-workspace.ts";
import { ForgedRow, recordForgery } from "../forged-row.ts";
import type { IdentityHandles } from "../handles.ts";
import { getConnection } from "./begin.ts";
import { findConnection, type SsoConnection } from "./connection.ts";
import type { SsoHandles } from "./handles.ts";

export interface SignInChoice {
  readonly id: string;
  readonly label: string;
}

/**
 * What the sign-in page may offer to a stranger. Where there is one workspace, whose name the page shows anyway, its
 * connections that are on. Where there are several, only the one whose link the stranger brought: nobody can ask which
 * companies are here, or whether an address belongs to one.
 */
export async function listSignInChoices(
  handles: SsoHandles,
  company: string | undefined,
): Promise<SignInChoice[]> {
  const [only, second] = await listWorkspaceIds(handles);
  if (only === undefined) return [];
  if (second === undefined) return listChoicesOf(handles, only);
  if (company === undefined) return [];
  return choiceOf(await getConnection(handles, company).catch((error: unknown) => passOver(handles, error)));
}

/** The connections of a workspace that are on. */
export async function listChoicesOf(
  handles: IdentityHandles,
  workspaceId: WorkspaceId,
): Promise<SignInChoice[]> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const choices: SignInChoice[] = [];
  for (const protocol of ["oidc", "saml"] as const) {
    const found = inWorkspace(handles.db, workspaceId, (tx) => findConnection(tx, vault, protocol));
    choices.push(...choiceOf(await found.catch((error: unknown) => passOver(handles, error))));
  }
  return choices;
}

function choiceOf(connection: SsoConnection | undefined): SignInChoice[] {
  return connection?.enabled === true ? [{ id: connection.id, label: connection.settings.label }] : [];
}

/** A connection that is not there and one that somebody else wrote are both none; the log knows the second. */
async function passOver(handles: IdentityHandles, error: unknown): Promise<undefined> {
  if (error instanceof ForgedRow) await recordForgery(handles, error);
  else if (!(error instanceof Refusal)) throw error;
}
