import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyPairKeyObjectResult, sign } from "node:crypto";
import { test } from "node:test";
import { makeProof, newDeviceKey } from "../../../tests/support/bound-browser.ts";
import { readRegistration, readRenewal } from "./read-proof.ts";

const der = ({ publicKey }: Pick<KeyPairKeyObjectResult, "publicKey">) =>
  publicKey.export({ format: "der", type: "spki" });

/** Signed with OpenSSL 3.0.19 on the command line. */
const MADE_ELSEWHERE = [
  "eyJhbGciOiJFUzI1NiIsInR5cCI6ImRic2Mrand0IiwiandrIjp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiWjY2akRuS3B1NmI1eGlo",
  "WnBIRDd1RzlieGJwdkM4UVI4aTlldjZBSWNSdyIsInkiOiJlOHdWUU03OWZ6Q2dMb1ZnWEFsdFpvSUt6VGJWSWZueWMzdlZ1bGVxWUVzIn19.eyJq",
  "dGkiOiJhIGNoYWxsZW5nZSJ9.truFtip7g3z4PwylSCIyAJpn8tUwULydSgR4ohnr1Q1hJYJ305fraFIMPy9L4NKNUSfi-IsGivQRXTe4Z7ZZdg",
].join("");
const ITS_KEY =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZ66jDnKpu6b5xihZpHD7uG9bxbpvC8QR8i9ev6AIcRx7zBVAzv1/MKAuhWBcCW1mggrNNtUh+fJze9W6V6pgSw==";

test("a proof that other code has made is read, with its key", async () => {
  const proof = await readRegistration(MADE_ELSEWHERE);
  assert.ok(typeof proof === "object");
  assert.deepEqual([proof.challenge, proof.key.toString("base64")], ["a challenge", ITS_KEY]);
});

test("what is changed in a proof, anywhere, is no proof", async () => {
  for (const at of [20, 150, 250, 330]) {
    const other = MADE_ELSEWHERE[at] === "A" ? "B" : "A";
    const changed = MADE_ELSEWHERE.slice(0, at) + other + MADE_ELSEWHERE.slice(at + 1);
    assert.equal(typeof (await readRegistration(changed)), "string", `at ${at}`);
  }
});

test("a renewal is signed with the known key, and brings none along", async () => {
  const key = newDeviceKey();
  const challenge = "x";
  assert.deepEqual(await readRenewal(makeProof({ key, challenge }), der(key)), { challenge, key: der(key) });
  assert.equal(await readRenewal(makeProof({ key, challenge, withKey: true }), der(key)), "key");
  assert.equal(await readRenewal(makeProof({ key: newDeviceKey(), challenge }), der(key)), "signature");
});

/** Signed with whatever key, and with whatever said of it. */
function signedWith(key: KeyPairKeyObjectResult, header: Readonly<Record<string, unknown>>): string {
  const text = [{ typ: "dbsc+jwt", ...header }, { jti: "x" }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signed = sign("sha256", Buffer.from(text), { key: key.privateKey, dsaEncoding: "ieee-p1363" });
  return `${text}.${signed.toString("base64url")}`;
}

test("RSA is taken from 2048 bits on; another curve, a short key, a private one and a shared secret are not", async () => {
  const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength });
  const jwk = (key: KeyPairKeyObjectResult) => key.publicKey.export({ format: "jwk" });
  const [long, short] = [rsa(2048), rsa(1024)];
  const p384 = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
  const p256 = newDeviceKey();
  const proof = await readRegistration(signedWith(long, { alg: "RS256", jwk: jwk(long) }));
  assert.deepEqual(proof, { challenge: "x", key: der(long) });
  const faults: Array<readonly [string, string]> = [
    [signedWith(short, { alg: "RS256", jwk: jwk(short) }), "key"],
    [signedWith(p384, { alg: "ES384", jwk: jwk(p384) }), "key"],
    [signedWith(p256, { alg: "ES256", jwk: p256.privateKey.export({ format: "jwk" }) }), "key"],
    [signedWith(p256, { alg: "HS256", jwk: { kty: "oct", k: "c2VjcmV0" } }), "key"],
    [signedWith(p256, { alg: "ES256" }), "key"],
    [signedWith(p256, { alg: "RS256", jwk: jwk(p256) }), "algorithm"],
    [signedWith(long, { alg: "PS256", jwk: jwk(long) }), "algorithm"],
    [signedWith(p256, { alg: "ES256", jwk: jwk(p256), typ: "jwt" }), "wrong_type"],
    [signedWith(p256, { alg: "ES256", jwk: jwk(p256), crit: ["exp"] }), "unreadable"],
  ];
  for (const [jws, fault] of faults) assert.equal(await readRegistration(jws), fault);
  for (const text of ["", "a.b.c", "....", "x".repeat(10_000)])
    assert.equal(await readRegistration(text), "unreadable", text.slice(0, 10));
});
