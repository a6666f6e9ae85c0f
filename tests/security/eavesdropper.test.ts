import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectPlain } from "node:net";
import { after, test } from "node:test";
import { connect as connectTls, type SecureVersion } from "node:tls";
import { runWardroom } from "../support/running-wardroom.ts";

/** The attacker: whoever listens on the way, or talks a browser into less than it could do. */
const running = await runWardroom({ bare: true });
after(() => running[Symbol.asyncDispose]());
const { port, authority } = running.wardroom;

/** The version that both sides agree on, or the fault that they meet. */
async function agree(maxVersion: SecureVersion): Promise<string> {
  const socket = connectTls({
    ...{ host: "127.0.0.1", port, servername: "localhost", ca: authority?.certificate },
    ...{ minVersion: "TLSv1.2", maxVersion },
  });
  return new Promise((resolve) => {
    socket.once("secureConnect", () => {
      resolve(String(socket.getProtocol()));
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

test("below TLS 1.3 there is no conversation, and with it there is one", async () => {
  assert.equal(await agree("TLSv1.3"), "TLSv1.3");
  assert.match(await agree("TLSv1.2"), /PROTOCOL_VERSION|ECONNRESET/);
});

test("what is asked without TLS is not answered, and sent nowhere else", async () => {
  const socket = connectPlain({ host: "127.0.0.1", port });
  const got: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => got.push(bytes));
  socket.on("error", () => {});
  socket.write("GET /api/v1/session HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await once(socket, "close");
  assert.doesNotMatch(Buffer.concat(got).toString("latin1"), /HTTP\/1\.1 [23]|session|location/i);
});
