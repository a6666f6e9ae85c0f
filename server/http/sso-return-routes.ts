import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { id } from "../../contract/basics.ts";
import { getConnection } from "../identity/sso/begin.ts";
import { type Finished, finishOidc, finishSaml, takeSamlAnswer } from "../identity/sso/finish.ts";
import type { SsoHandles } from "../identity/sso/handles.ts";
import { samlMetadata } from "../identity/sso/saml/service-provider.ts";
import { Refusal } from "../platform/refusal.ts";
import { type Jar, setSessionCookies } from "./cookies.ts";
import type { RequestLimits } from "./request-limits.ts";
import { clearSsoCookie, SSO_COOKIE } from "./sso-cookie.ts";

/** Bytes of an assertion as it is posted. Ours: signed ones with many groups are some 30 KB. */
const MAX_ASSERTION_BYTES = 200_000;

export interface SsoReturnDeps {
  readonly handles: SsoHandles;
  readonly limits: RequestLimits;
}

/**
 * The addresses that identity providers send browsers back to. They are outside the API's gate: another site's redirect
 * or form calls them, without our session's cookie. What each carries is checked against what we kept, once.
 */
export async function registerSsoReturnRoutes(app: FastifyInstance, deps: SsoReturnDeps): Promise<void> {
  const { handles } = deps;
  app.get("/sso/oidc/:id/callback", async (request, reply) => {
    const connectionId = await enter(deps, request, reply);
    const query = new URL(request.url, handles.publicUrl).searchParams;
    const browser = request.cookies[SSO_COOKIE];
    return lead(reply, await finishOidc(handles, visitorOf(request), { connectionId, query, browser }));
  });

  app.get("/sso/saml/:id/metadata", async (request, reply) => {
    const connectionId = await enter(deps, request, reply);
    return reply
      .type("application/samlmetadata+xml; charset=utf-8")
      .send(samlMetadata(handles, connectionId));
  });

  app.get("/sso/saml/:id/finish", async (request, reply) => {
    const connectionId = await enter(deps, request, reply);
    const { ticket } = z.object({ ticket: z.string().max(100).optional() }).parse(request.query);
    const browser = request.cookies[SSO_COOKIE];
    return lead(reply, await finishSaml(handles, visitorOf(request), { connectionId, ticket, browser }));
  });

  await app.register((scope, _options, done) => {
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: MAX_ASSERTION_BYTES },
      (_request, body, parsed) => parsed(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.post("/sso/saml/:id/acs", { bodyLimit: MAX_ASSERTION_BYTES }, async (request, reply) => {
      const connectionId = await enter(deps, request, reply);
      const { SAMLResponse: response, RelayState: relayState } = form.parse(request.body ?? {});
      const given = { connectionId, response, relayState };
      const taken = await takeSamlAnswer(handles, visitorOf(request), given);
      if (!("ticket" in taken)) return lead(reply, taken);
      const ticket = encodeURIComponent(taken.ticket.reveal());
      return reply.redirect(`/sso/saml/${connectionId}/finish?ticket=${ticket}`, 303);
    });
    done();
  });
}

const form = z.object({
  SAMLResponse: z.string().max(MAX_ASSERTION_BYTES).default(""),
  RelayState: z.string().max(100).optional(),
});

const params = z.object({ id });

/** Counts the request, and answers the connection that its address names; 404 for none. */
async function enter(deps: SsoReturnDeps, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  reply.header("cache-control", "no-store");
  await deps.limits.countAddress(reply, request.ip);
  await deps.limits.countPerson(reply, { address: request.ip, personId: undefined });
  const parsed = params.safeParse(request.params);
  if (!parsed.success) throw new Refusal("not_found", "sso.connection_not_found");
  const connection = await getConnection(deps.handles, parsed.data.id);
  if (!request.url.startsWith(`/sso/${connection.protocol}/`))
    throw new Refusal("not_found", "sso.connection_not_found");
  return connection.id;
}

function visitorOf(request: FastifyRequest) {
  return { address: request.ip, userAgent: request.headers["user-agent"] };
}

/** Leads the browser to a page of ours, and of ours only. */
function lead(reply: FastifyReply, { purpose, next, outcome }: Finished): FastifyReply {
  clearSsoCookie(reply);
  if (outcome.kind === "signed_in") {
    const { deviceTokens } = outcome.started;
    const jar: Jar = {
      deviceTokens,
      setCookie: (name, value, options) => void reply.setCookie(name, value, options),
      clearCookie: (name, options) => void reply.clearCookie(name, options),
      setHeader: (name, value) => void reply.header(name, value),
    };
    // The browser would answer in the name of the provider's site, without our cookies: it is asked with the next factor.
    setSessionCookies(jar, { ...outcome.started, challengeToBind: undefined });
  }
  const code = outcome.kind === "refused" ? outcome.code : undefined;
  return reply.redirect(pageOf(purpose, next, code), 303);
}

function pageOf(purpose: Finished["purpose"], next: string | null, code: string | undefined): string {
  if (purpose === "sign_in" || purpose === "invitation") {
    const search = new URLSearchParams({
      ...(next === null ? {} : { next }),
      ...(code === undefined ? {} : { refused: code }),
    }).toString();
    return search === "" ? "/sign-in" : `/sign-in?${search}`;
  }
  const page = purpose === "link" ? "/profile" : "/single-sign-on";
  return `${page}?${new URLSearchParams({ company: code ?? "done" })}`;
}
