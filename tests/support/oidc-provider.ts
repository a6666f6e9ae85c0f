import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import Provider from "oidc-provider";

/** A real OpenID Connect provider, with a page of its own to sign in on. */
export interface RealProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What it says of everybody who signs in there, where it is asked. */
export const REAL_ACR = "urn:marsa:two-factors";

export interface RealProviderOptions {
  readonly port: number;
  readonly redirectUri: string;
}

export async function startRealProvider({ port, redirectUri }: RealProviderOptions): Promise<RealProvider> {
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ["wardroom", "a secret that the provider gave out"];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    pkce: { required: () => true },
    acrValues: [REAL_ACR],
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    // The company's own application: nobody is asked whether it may know who they are.
    async loadExistingGrant(context) {
      const accountId = context.oidc.session?.accountId;
      if (accountId === undefined) return undefined;
      const grant = new context.oidc.provider.Grant({ clientId, accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
    cookies: { keys: ["a key of the test's"] },
  });
  const answer = provider.callback();
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/interaction/")) void interact(provider, request, response);
    else void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    ...{ issuer, clientId, clientSecret },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The page on which people say who they are; it believes them. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<form method="post"><input name="login"><button>Sign in</button></form>`);
    return;
  }
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const accountId = new URLSearchParams(Buffer.concat(pieces).toString()).get("login") ?? "";
  await provider.interactionFinished(request, response, { login: { accountId, acr: REAL_ACR } });
}
