import { Refusal } from "../../platform/refusal.ts";
import type { ConnectInput } from "./connect-number.ts";
import type { NumberClaim, NumberCredentials } from "./credentials.ts";
import { inspectNumber, inspectToken, type NumberFacts, type TokenFacts } from "./inspect-number.ts";
import type { NumbersRoom } from "./numbers-room.ts";

export interface NumberTest extends TokenFacts, Omit<NumberFacts, "throughput"> {}

/** What a token that may not even look at the number leaves unknown. */
const UNSEEN = { displayPhoneNumber: "", verifiedName: "", quality: null };

/**
 * Asks Meta whether credentials work; keeps nothing. Missing scopes are named, not refused, so that all of them can be
 * put right at once. Otherwise refuses as connecting does.
 */
export async function testMetaNumber(
  { graph, hosts }: Pick<NumbersRoom, "graph" | "hosts">,
  { credentials, ...by }: ConnectInput & { readonly credentials: NumberCredentials },
): Promise<NumberTest> {
  const claim: NumberClaim = { ...by, host: "meta", baseUrl: hosts.meta, credentials };
  const token = await inspectToken(graph, claim);
  try {
    return { ...token, ...(await inspectNumber(graph, claim)) };
  } catch (error) {
    if (token.missingScopes.length > 0 && error instanceof Refusal && error.kind === "invalid") {
      return { ...token, ...UNSEEN };
    }
    throw error;
  }
}
