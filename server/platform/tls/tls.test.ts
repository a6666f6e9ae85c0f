import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, createServer, type Server } from "node:tls";
import { temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { openLog } from "../log.ts";
import { StartFault } from "../start-fault.ts";
import { openGivenCertificate, readCertificate } from "./given-certificate.ts";
import { createAuthority, LEAF_DAYS } from "./local-authority.ts";
import { openLocalCertificate } from "./local-certificate.ts";

const LOCAL = ["localhost", "127.0.0.1", "::1"];
const DAY_MS = 86_400_000;
const now = new Date();
const log = openLog("silent");

async function listen(server: Server): Promise<AsyncDisposable & { port: number }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

/** What a browser that trusts `ca` finds at the port under the name: "ok", or why not. */
async function visit(port: number, name: string, ca: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, ca, servername: name });
  const found = await new Promise<string>((resolve) => {
    socket.once("secureConnect", () => resolve(`ok ${socket.getPeerX509Certificate()?.fingerprint256}`));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(`${error.code} ${error.message}`));
  });
  socket.destroy();
  return found;
}

test("a local certificate is accepted for localhost by who trusts its authority, and no key of the authority is left", async () => {
  await using folder = await temporaryFolder();
  const options = { dataFolder: folder.path, names: ["wardroom.example"], clock: () => now, log };
  using local = await openLocalCertificate(options);
  const server = createServer();
  local.serve(server);
  await using listening = await listen(server);
  const { certificate: ca, fingerprint } = local.readAuthority();

  for (const name of ["localhost", "wardroom.example"])
    assert.match(await visit(listening.port, name, ca), /^ok /);
  assert.match(await visit(listening.port, "other.example", ca), /^ERR_TLS_CERT_ALTNAME_INVALID/);
  assert.deepEqual(local.current.names.slice(0, 2), ["localhost", "127.0.0.1"]);
  const leaf = new X509Certificate(local.current.certificate);
  assert.equal(leaf.checkIP("127.0.0.1"), "127.0.0.1");
  assert.equal(leaf.checkIP("::1"), "::1");
  assert.equal((leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / DAY_MS, LEAF_DAYS);
  assert.equal(leaf.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");

  const tls = join(folder.path, "tls");
  assert.deepEqual(readdirSync(tls).sort(), ["authority.pem", "server.pem"]);
  assert.ok(readdirSync(tls).every((name) => (statSync(join(tls, name)).mode & 0o777) === 0o600));
  assert.doesNotMatch(readFileSync(local.authorityPath, "utf8"), /PRIVATE KEY/);
  assert.equal(new X509Certificate(ca).fingerprint256, fingerprint);
  assert.equal(new X509Certificate(ca).ca, true);
});

test("whoever holds the authority's key can still vouch for nobody else's host or address", async () => {
  const authority = await createAuthority(LOCAL, now);
  for (const [names, expected] of [
    [["localhost"], /^ok/],
    [["evil.example", "localhost"], /permitted subtree violation/],
    [["localhost", "10.0.0.1"], /permitted subtree violation/],
    [["localhost", "2001:db8::1"], /permitted subtree violation/],
    [["localhost", "127.0.0.1", "::1"], /^ok/],
  ] as const) {
    const { certificate, key } = await authority.issue(names);
    await using listening = await listen(createServer({ cert: certificate, key: key.reveal() }));
    assert.match(await visit(listening.port, "localhost", authority.certificate), expected, names.join());
  }
});

test("a local certificate is kept until 30 days before its end or until a name is added, then a new authority signs", async () => {
  await using folder = await temporaryFolder();
  const open = async (names: string[], at: Date) => {
    using local = await openLocalCertificate({ dataFolder: folder.path, names, clock: () => at, log });
    return { leaf: local.current.certificate, authority: local.readAuthority().fingerprint };
  };
  const first = await open([], now);
  const renewal = new X509Certificate(first.leaf).validToDate.getTime() - 30 * DAY_MS;

  assert.deepEqual(await open([], now), first);
  assert.deepEqual(await open([], new Date(renewal - 1000)), first);
  const second = await open([], new Date(renewal));
  assert.notEqual(second.authority, first.authority);
  assert.notEqual(second.leaf, first.leaf);
  const third = await open(["wardroom.example"], now);
  assert.notEqual(third.authority, second.authority);

  writeFileSync(join(folder.path, "tls/authority.pem"), (await createAuthority(LOCAL, now)).certificate);
  const fourth = await open(["wardroom.example"], now);
  assert.notEqual(fourth.leaf, third.leaf, "an authority that did not sign the leaf replaces both");
});

test("a given certificate that a listener could not use is refused with what to do", async () => {
  await using folder = await temporaryFolder();
  const certificatePath = join(folder.path, "cert.pem");
  const keyPath = join(folder.path, "key.pem");
  const authority = await createAuthority(LOCAL, now);
  const [one, other] = await Promise.all([authority.issue(LOCAL), authority.issue(LOCAL)]);
  const read = (certificate: string, key: string, at = now) => {
    writeFileSync(certificatePath, certificate);
    writeFileSync(keyPath, key);
    return readCertificate({ certificatePath, keyPath }, at);
  };
  const isRefused = (act: () => unknown, sentence: RegExp) =>
    assert.throws(
      act,
      (error) => error instanceof StartFault && sentence.test(error.message) && error.fix !== "",
    );

  assert.deepEqual(read(one.certificate + authority.certificate, one.key.reveal()).names.length, 3);
  isRefused(() => read(one.certificate, other.key.reveal()), /does not belong to the certificate/);
  isRefused(() => read("nonsense", one.key.reveal()), /WARDROOM_TLS_CERT names .* not what it should be/);
  isRefused(() => read(one.certificate, "nonsense"), /WARDROOM_TLS_KEY names .* not what it should be/);
  const ends = new X509Certificate(one.certificate).validToDate;
  isRefused(() => read(one.certificate, one.key.reveal(), ends), /is valid from .* only/);
  assert.ok(read(one.certificate, one.key.reveal(), new Date(ends.getTime() - 1000)));
  isRefused(
    () => readCertificate({ certificatePath: "/absent", keyPath }, now),
    /WARDROOM_TLS_CERT names \/absent, which cannot be read/,
  );
});

test("a given certificate is replaced while we listen, and a bad one never is", async () => {
  await using folder = await temporaryFolder();
  const certificatePath = join(folder.path, "cert.pem");
  const keyPath = join(folder.path, "key.pem");
  const authority = await createAuthority(LOCAL, now);
  const put = async () => {
    const issued = await authority.issue(LOCAL);
    writeFileSync(keyPath, issued.key.reveal());
    writeFileSync(certificatePath, issued.certificate);
    return `ok ${new X509Certificate(issued.certificate).fingerprint256}`;
  };
  const first = await put();
  using given = openGivenCertificate({
    certificatePath,
    keyPath,
    clock: () => now,
    log,
    checkIntervalMs: 10,
  });
  const server = createServer();
  given.serve(server);
  await using listening = await listen(server);
  const seen = () => visit(listening.port, "localhost", authority.certificate);

  assert.equal(await seen(), first);
  writeFileSync(certificatePath, "half of a fi");
  await sleep(50);
  assert.equal(await seen(), first);
  const second = await put();
  while ((await seen()) === first) await sleep(10);
  assert.equal(await seen(), second);
});
