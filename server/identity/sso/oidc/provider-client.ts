import { createHttpClient, type HttpClient } from "../../../platform/http-client.ts";
import type { HttpHeaders } from "../../../platform/http-message.ts";
import { Refusal } from "../../../platform/refusal.ts";
import type { SsoHandles } from "../handles.ts";

/** Bytes and time of one answer of a provider. Ours: discovery and keys are some 10 KB, and a person waits. */
const MAX_BYTES = 256 * 1024;
const DEADLINE_MS = 10_000;

/**
 * Runs `work` with the house's own way out, open to these origins only, as the library's fetch. No redirect is
 * followed, no private address is reached, and the connections end with the work.
 */
export async function withProvider<Result>(
  handles: Pick<SsoHandles, "loopbackProviders">,
  origins: readonly string[],
  work: (fetch: ProviderFetch) => Promise<Result>,
): Promise<Result> {
  const loopback = origins.filter((origin) => handles.loopbackProviders.includes(origin));
  await using http = createHttpClient({
    origins: origins.filter((origin) => !loopback.includes(origin)),
    loopbackOrigins: loopback,
    maxBytes: MAX_BYTES,
    deadlineMs: DEADLINE_MS,
    maxConnections: 2,
  });
  return await work(fetchThrough(http));
}

/** As openid-client calls it. */
export type ProviderFetch = (
  url: string,
  options: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
) => Promise<Response>;

/** The origin of an address that an Admin entered or a provider named. https, unless it is a provider of this machine. */
export function providerOrigin(
  { loopbackProviders }: Pick<SsoHandles, "loopbackProviders">,
  address: string,
): string {
  const url = URL.parse(address);
  const isGood =
    url !== null &&
    url.username === "" &&
    url.password === "" &&
    url.hash === "" &&
    (url.protocol === "https:" || loopbackProviders.includes(url.origin));
  if (!isGood) throw new Refusal("invalid", "sso.address_refused");
  return url.origin;
}

function fetchThrough(http: HttpClient): ProviderFetch {
  return async (url, { method, headers, body }) => {
    const text = body === undefined || body === null ? {} : { body: String(body) };
    const reply = await http.send({ method: method === "POST" ? "POST" : "GET", url, headers, ...text });
    const answered = headersOf(reply.headers);
    // A Response of these must have no body.
    const isEmpty = [204, 205, 304].includes(reply.status);
    return new Response(isEmpty ? null : new Uint8Array(reply.body), {
      status: reply.status,
      headers: answered,
    });
  };
}

function headersOf(given: HttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given))
    for (const each of [value ?? []].flat()) headers.append(name, each);
  return headers;
}
