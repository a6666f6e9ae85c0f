import assert from "node:assert/strict";
import { test } from "node:test";
import fastify from "fastify";
import { setSecurityHeaders } from "./security-headers.ts";

async function headersUnder(options: { readonly publicName: boolean }) {
  await using app = fastify();
  app.addHook("onRequest", async (_, reply) => setSecurityHeaders(reply, options));
  app.get("/", async () => "hello");
  return (await app.inject("/")).headers;
}

test("under a public name every answer says that it is asked for by TLS only, and for two years", async () => {
  const { "strict-transport-security": hsts } = await headersUnder({ publicName: true });
  assert.equal(hsts, "max-age=63072000; includeSubDomains");
});

test("on localhost nothing is said of TLS, which would bind every other program of that machine", async () => {
  const headers = await headersUnder({ publicName: false });
  assert.equal(headers["strict-transport-security"], undefined);
  assert.equal(headers["x-content-type-options"], "nosniff");
});
