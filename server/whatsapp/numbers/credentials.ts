import type { WorkspaceId } from "../../platform/ids.ts";
import type { Secret } from "../../platform/secret.ts";
import type { GraphAccess, GraphHost } from "../graph-access.ts";

/** What an operator brings from Meta's dashboard, or the simulator hands out. */
export interface NumberCredentials {
  readonly appId: string;
  readonly appSecret: Secret<string>;
  readonly accessToken: Secret<string>;
  readonly wabaId: string;
  readonly phoneNumberId: string;
}

/** Credentials on their way to a host, in a workspace's name. */
export interface NumberClaim {
  readonly workspaceId: WorkspaceId;
  readonly host: GraphHost;
  readonly baseUrl: string;
  readonly credentials: NumberCredentials;
  /** "member:<id>" */
  readonly actor: string;
}

export function claimAccess({ workspaceId, baseUrl, credentials }: NumberClaim): GraphAccess {
  const { appId, accessToken, appSecret } = credentials;
  return { workspaceId, appId, baseUrl, accessToken, appSecret };
}
