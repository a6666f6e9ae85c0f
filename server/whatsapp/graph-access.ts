import { createHmac } from "node:crypto";
import type { WorkspaceId } from "../platform/ids.ts";
import type { Secret } from "../platform/secret.ts";

/**
 * The version that every call names. Source: Meta's examples, "Two-step verification", 2026-06-28 (facts.md, 0.1):
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/two-step-verification
 */
export const GRAPH_VERSION = "v25.0";

/** Where Meta's Graph API is. Source: servers of Meta's OpenAPI document, business-messaging-api_v23.0.yaml. */
export const META_GRAPH_URL = "https://graph.facebook.com";

export type GraphHost = "meta" | "simulator";

/** Origins of the two hosts; the simulator's is known once it runs, and null where there is none. */
export interface GraphHosts {
  readonly meta: string;
  readonly simulator: string | null;
}

/** In whose name a call goes out. */
export interface GraphAccess {
  readonly workspaceId: WorkspaceId;
  readonly appId: string;
  /** An origin, without version. */
  readonly baseUrl: string;
  readonly accessToken: Secret<string>;
  /** Proves beside the token that the caller holds the app's secret. Null: the token is the app's own. */
  readonly appSecret: Secret<string> | null;
}

/**
 * What `appsecret_proof` carries: hex HMAC-SHA256 over the token under the app secret. A stolen token alone is of no
 * use where the app requires it. Source: Meta, "Secure requests".
 */
export function appSecretProof(accessToken: Secret<string>, appSecret: Secret<string>): string {
  return createHmac("sha256", appSecret.reveal()).update(accessToken.reveal()).digest("hex");
}
