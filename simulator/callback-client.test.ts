import assert from "node:assert/strict";
import { randomBytes, webcrypto } from "node:crypto";
import { createServer as createPlainServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { after, before, test } from "node:test";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { CallbackClient, isLoopbackAddress } from "./callback-client.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const servers: Server[] = [];
let ca = "";
let url = "";
before(async () => {
  const made = await makeCertificates();
  ca = made.ca;
  const door = createServer({ key: made.key, cert: made.cert, minVersion: "TLSv1.3" }, (_, response) =>
    response.end("over TLS"),
  );
  url = `https://localhost:${await listen(door)}/webhook`;
});
after(() => {
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

/** A local CA and a certificate for localhost, as Wardroom makes them. */
async function makeCertificates() {
  x509.cryptoProvider.set(webcrypto as never);
  const [root, leaf] = await Promise.all(
    [1, 2].map(() => webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])),
  );
  const serialNumber = () => `7f${randomBytes(15).toString("hex")}`;
  const rootCertificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Test CA",
    keys: root!,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: "CN=localhost",
    issuer: rootCertificate.subject,
    signingKey: root!.privateKey,
    publicKey: leaf!.publicKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", leaf!.privateKey)).toString("base64");
  return {
    ca: rootCertificate.toString("pem"),
    cert: certificate.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${key.replaceAll(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`,
  };
}

test("a callback with a certificate of the given CA is reached, without the CA it is not", async () => {
  await using trusting = new CallbackClient(ca);
  await using other = new CallbackClient(undefined);
  assert.deepEqual(await trusting.post(url, Buffer.from("{}"), {}), { status: 200, body: "over TLS" });
  await assert.rejects(other.post(url, Buffer.from("{}"), {}), /certificate/);
});

test("redirects are not followed", async () => {
  const port = await listen(
    createPlainServer((_, response) => response.writeHead(302, { location: url }).end()),
  );
  await using client = new CallbackClient(ca);
  assert.equal((await client.post(`http://127.0.0.1:${port}/`, Buffer.from("{}"), {})).status, 302);
});

test("only this machine counts as loopback, however it is written", () => {
  const isLoopback = (address: string) => isLoopbackAddress(new URL(address));
  const yes = [
    "https://localhost:8443/a",
    "http://127.0.0.1/",
    "https://127.9.9.9/",
    "https://[::1]:1/",
    "http://2130706433/",
  ];
  const no = [
    "https://example.com/",
    "https://localhost.example.com/",
    "https://127.0.0.1.nip.io/",
    "http://10.0.0.1/",
    "ftp://localhost/",
    "https://0.0.0.0/",
    "https://[::ffff:127.0.0.1]/",
  ];
  assert.deepEqual([yes.filter((address) => !isLoopback(address)), no.filter(isLoopback)], [[], []]);
});
