import { z } from "zod";
import { HttpFailure } from "../../platform/http-failure.ts";
import { Refusal } from "../../platform/refusal.ts";
import { Secret } from "../../platform/secret.ts";
import type { GraphClient } from "../graph-client.ts";
import { GraphError, UnreadableAnswer } from "../graph-error.ts";
import { claimAccess, type NumberClaim } from "./credentials.ts";

/** What a token must be allowed to do. Source: Meta, "Permissions" (facts.md, section 5). */
const NEEDED_SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"] as const;

/** Messages a second by throughput level. Source: Meta, "Throughput", 2025-11-21 (facts.md, 2.3). */
const THROUGHPUT: Readonly<Record<string, number>> = { STANDARD: 80, HIGH: 1000 };
const USUAL_THROUGHPUT = 80;
/** Numbers that are on the Business app, too. Same source. */
const COEXISTENCE_THROUGHPUT = 20;

const debugAnswer = z.object({
  data: z.object({
    app_id: z.coerce.string().optional(),
    is_valid: z.boolean(),
    expires_at: z.number().optional(),
    scopes: z.array(z.string()).default([]),
    granular_scopes: z
      .array(z.object({ scope: z.string(), target_ids: z.array(z.coerce.string()).optional() }))
      .default([]),
  }),
});

const phoneAnswer = z.object({
  id: z.coerce.string(),
  display_phone_number: z.string(),
  verified_name: z.string().default(""),
  quality_rating: z.string().nullable().default(null),
  throughput: z.object({ level: z.string() }).optional(),
  is_on_biz_app: z.boolean().optional(),
});

const phonesAnswer = z.object({
  data: z.array(z.object({ id: z.coerce.string() })),
  paging: z.object({ cursors: z.object({ after: z.string() }).partial().optional() }).optional(),
});

export interface NumberFacts {
  readonly displayPhoneNumber: string;
  readonly verifiedName: string;
  readonly quality: string | null;
  /** Messages a second. */
  readonly throughput: number;
}

export interface TokenFacts {
  readonly missingScopes: readonly string[];
  /** Null: never. */
  readonly expiresAt: Date | null;
}

/**
 * Whether the token is this app's, is alive, and may do what we need on this account. Asked with the app's own token,
 * so a wrong app secret shows here. Refuses with `whatsapp.app_secret_wrong`, `whatsapp.token_invalid`,
 * `whatsapp.token_of_other_app`; throws as `asRefusal` says.
 */
export async function inspectToken(graph: GraphClient, claim: NumberClaim): Promise<TokenFacts> {
  const { appId, appSecret, accessToken, wabaId } = claim.credentials;
  const appToken = new Secret(`${appId}|${appSecret.reveal()}`);
  const answer = await graph
    .call(
      { ...claimAccess(claim), accessToken: appToken, appSecret: null },
      {
        method: "GET",
        path: "/debug_token",
        query: { input_token: accessToken.reveal() },
        actor: claim.actor,
      },
    )
    .catch((error: unknown) => {
      const aboutTheApp = error instanceof GraphError && [100, 101, 104, 190].includes(error.code);
      throw aboutTheApp
        ? new Refusal("invalid", "whatsapp.app_secret_wrong", { cause: error })
        : asRefusal(error);
    });
  const { data } = parseAnswer(debugAnswer, answer);
  if (!data.is_valid) throw new Refusal("invalid", "whatsapp.token_invalid");
  if (data.app_id !== appId) throw new Refusal("invalid", "whatsapp.token_of_other_app");
  const missingScopes = NEEDED_SCOPES.filter((scope) => {
    const targets = data.granular_scopes.find((granted) => granted.scope === scope)?.target_ids;
    return !data.scopes.includes(scope) || (targets !== undefined && !targets.includes(wabaId));
  });
  const expires = data.expires_at ?? 0;
  return { missingScopes, expiresAt: expires === 0 ? null : new Date(expires * 1000) };
}

/** The number and its account as the token sees them. Refuses with `whatsapp.number_not_in_account`. */
export async function inspectNumber(graph: GraphClient, claim: NumberClaim): Promise<NumberFacts> {
  try {
    const phone = await readPhone(graph, claim);
    await readAccount(graph, claim);
    const onBusinessApp = phone.is_on_biz_app === true;
    return {
      displayPhoneNumber: phone.display_phone_number,
      verifiedName: phone.verified_name,
      quality: phone.quality_rating,
      throughput: onBusinessApp
        ? COEXISTENCE_THROUGHPUT
        : (THROUGHPUT[phone.throughput?.level ?? ""] ?? USUAL_THROUGHPUT),
    };
  } catch (error) {
    throw asRefusal(error);
  }
}

async function readPhone(graph: GraphClient, claim: NumberClaim) {
  const answer = await graph.call(claimAccess(claim), {
    method: "GET",
    path: "/{phone}",
    ids: { phone: claim.credentials.phoneNumberId },
    query: { fields: "id,display_phone_number,verified_name,quality_rating,throughput,is_on_biz_app" },
    actor: claim.actor,
  });
  return parseAnswer(phoneAnswer, answer);
}

/** A number of one account and the id of another would route the second account's templates to the first. */
async function readAccount(graph: GraphClient, claim: NumberClaim): Promise<void> {
  const { wabaId, phoneNumberId } = claim.credentials;
  await graph.call(claimAccess(claim), {
    method: "GET",
    path: "/{waba}",
    ids: { waba: wabaId },
    query: { fields: "id,name" },
    actor: claim.actor,
  });
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await graph.call(claimAccess(claim), {
      method: "GET",
      path: "/{waba}/phone_numbers",
      ids: { waba: wabaId },
      query: { fields: "id", limit: "100", ...(after === undefined ? {} : { after }) },
      actor: claim.actor,
    });
    const { data, paging } = parseAnswer(phonesAnswer, answer);
    if (data.some(({ id }) => id === phoneNumberId)) return;
    after = paging?.cursors?.after;
    if (after === undefined || data.length === 0) break;
  }
  throw new Refusal("invalid", "whatsapp.number_not_in_account");
}

/** Pages of 100 numbers. Ours: an account has 20 (facts.md, 2.3). */
const MAX_PAGES = 5;

export function parseAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new UnreadableAnswer(200);
  return parsed.data;
}

/**
 * What a person at the console is told of a failed call: `whatsapp.token_invalid`, `whatsapp.permission_missing`,
 * `whatsapp.number_not_found`, `whatsapp.meta_busy`, `whatsapp.meta_refused` or `whatsapp.meta_unreachable`.
 */
export function asRefusal(error: unknown): unknown {
  if (error instanceof HttpFailure || error instanceof UnreadableAnswer) {
    return new Refusal("unavailable", "whatsapp.meta_unreachable", { cause: error });
  }
  if (!(error instanceof GraphError)) return error;
  const { code } = error;
  const cause = error;
  if ([0, 102, 104, 190].includes(code)) return new Refusal("invalid", "whatsapp.token_invalid", { cause });
  if (code === 3 || code === 10 || (code >= 200 && code <= 299))
    return new Refusal("invalid", "whatsapp.permission_missing", { cause });
  if ([33, 100, 803].includes(code)) return new Refusal("invalid", "whatsapp.number_not_found", { cause });
  if ([4, 17, 32, 80007, 80008, 130429].includes(code))
    return new Refusal("rate_limited", "whatsapp.meta_busy", { cause });
  if (error.httpStatus >= 500) return new Refusal("unavailable", "whatsapp.meta_unreachable", { cause });
  return new Refusal("invalid", "whatsapp.meta_refused", { cause });
}
