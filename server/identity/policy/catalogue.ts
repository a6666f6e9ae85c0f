import { z } from "zod";
import type { WorkspaceId } from "../../platform/ids.ts";

/** What a workspace decides about its own security. Each is as it comes until an Admin changes it. */
export interface PolicyValues {
  /** After so many minutes without anything a person did, a session is locked. */
  readonly idleLock: { readonly minutes: number };
  /** Whether the first use of a new device waits for somebody's approval. */
  readonly deviceApproval: { readonly required: boolean };
  /** What hinders a glance and a photograph at the screen. */
  readonly screenProtection: { readonly watermark: boolean; readonly blur: boolean };
  /**
   * Whether members sign in with their company's account only. Password and passkey then open nothing, but for the
   * Owners who are named here: somebody must get in when the provider is away.
   */
  readonly ssoOnly: { readonly required: boolean; readonly breakGlass: readonly string[] };
}

export type PolicyName = keyof PolicyValues;

/** Where policies are read; see policies.ts. */
export interface PolicySource {
  /** All policies of a workspace, at most a second old. */
  of(workspaceId: WorkspaceId): Promise<PolicyValues>;
  /** What was changed here holds here at once. */
  forget(workspaceId: WorkspaceId): void;
}

interface Policy<Value> {
  /** What may be stored. A value that does not fit counts as forged. */
  readonly shape: z.ZodType<Value>;
  readonly initially: Value;
}

export const POLICIES: { readonly [Name in PolicyName]: Policy<PolicyValues[Name]> } = {
  idleLock: {
    shape: z.strictObject({ minutes: z.int().min(1).max(60) }),
    initially: { minutes: 10 },
  },
  deviceApproval: {
    shape: z.strictObject({ required: z.boolean() }),
    initially: { required: false },
  },
  screenProtection: {
    shape: z.strictObject({ watermark: z.boolean(), blur: z.boolean() }),
    initially: { watermark: false, blur: false },
  },
  ssoOnly: {
    shape: z.strictObject({ required: z.boolean(), breakGlass: z.array(z.uuid()).max(5) }),
    initially: { required: false, breakGlass: [] },
  },
};

export const POLICY_NAMES = Object.keys(POLICIES) as readonly PolicyName[];

/** All policies as they come. */
export const INITIAL_POLICIES = Object.fromEntries(
  POLICY_NAMES.map((name) => [name, POLICIES[name].initially]),
) as unknown as PolicyValues;
