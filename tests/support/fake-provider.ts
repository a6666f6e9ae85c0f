import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { freePort } from "./free-port.ts";

/** An identity provider whose every word a test can bend: what an attacker in its place could do. */
export interface FakeProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who signs in next, and what is said of it. */
  next: Answer;
  /** How often the token endpoint was asked. */
  readonly tokensAsked: () => number;
  /**
   * Plays the browser's part at the provider: takes the address that it was sent to and answers the query that it is
   * sent back with.
   */
  authorize(location: string): URLSearchParams;
  /** Its public key as the text that a verifier could mistake for a shared secret. */
  readonly publicKeyText: string;
}

export interface Answer {
  readonly sub: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Another nonce than the one that was asked. */
  readonly nonce?: string;
  /** Signs instead of the provider's own key. */
  readonly sign?: (claims: Record<string, unknown>) => Promise<string>;
  /** `iss` of the answer; the provider's own unless told. Null: none. */
  readonly iss?: string | null;
}

interface Code {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

export async function startFakeProvider(): Promise<FakeProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" };
  const codes = new Map<string, Code>();
  let asked = 0;
  let count = 0;

  const provider = {
    issuer,
    clientId: "wardroom",
    clientSecret: "a client's secret",
    next: { sub: "someone" } as Answer,
    publicKeyText: JSON.stringify(jwk),
    tokensAsked: () => asked,
    authorize(location: string) {
      const asked = new URL(location).searchParams;
      const code = `code-${count++}`;
      codes.set(code, {
        nonce: asked.get("nonce") ?? "",
        challenge: asked.get("code_challenge") ?? "",
        redirectUri: asked.get("redirect_uri") ?? "",
      });
      const { iss = issuer } = provider.next;
      return new URLSearchParams({
        code,
        state: asked.get("state") ?? "",
        ...(iss === null ? {} : { iss }),
      });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const tokens = async (request: IncomingMessage) => {
    asked += 1;
    const form = new URLSearchParams(await textOf(request));
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const proof = await challengeOf(form.get("code_verifier") ?? "");
    if (code === undefined || proof !== code.challenge || form.get("redirect_uri") !== code.redirectUri)
      return { error: "invalid_grant" };
    const { sub, nonce = code.nonce, claims = {}, sign = signed } = provider.next;
    const now = Math.floor(Date.now() / 1000);
    const own = { iss: issuer, aud: "wardroom", sub, nonce, iat: now, exp: now + 300 };
    return { access_token: "unused", token_type: "Bearer", id_token: await sign({ ...own, ...claims }) };
  };
  const signed = (claims: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(privateKey);

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? "/", issuer).pathname;
    const body =
      path === "/token"
        ? await tokens(request)
        : path === "/keys"
          ? { keys: [jwk] }
          : {
              issuer,
              authorization_endpoint: `${issuer}/auth`,
              token_endpoint: `${issuer}/token`,
              jwks_uri: `${issuer}/keys`,
              response_types_supported: ["code"],
              subject_types_supported: ["public"],
              id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
              code_challenge_methods_supported: ["S256"],
              authorization_response_iss_parameter_supported: true,
            };
    response.writeHead("error" in body ? 400 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return provider;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return Buffer.from(digest).toString("base64url");
}
