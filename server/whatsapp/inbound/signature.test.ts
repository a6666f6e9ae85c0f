import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Secret } from "../../platform/secret.ts";
import { listSigners } from "./signature.ts";

const BODY = Buffer.from('{"object":"whatsapp_business_account","text":"\\u00e4\\u00f6\\u00e5 \\/"}');
const SECRET = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
const HEX = createHmac("sha256", SECRET).update(BODY).digest("hex");
const GOOD = `sha256=${HEX}`;

const holder = (name: string, secret: string) => ({ name, secret: new Secret(secret) });
const names = (header: string | undefined, ...candidates: ReturnType<typeof holder>[]) =>
  listSigners(BODY, header, candidates).map(({ name }) => name);

test("a signature is what openssl computes over the same bytes and secret", () => {
  // printf '%s' '{"object":"whatsapp_business_account"}' | openssl dgst -sha256 -hmac app-secret
  const header = "sha256=0bf7374433906636bed1653bc7c64affb42fa5da9a39e251ab95c2e3a9c06923";
  const body = Buffer.from('{"object":"whatsapp_business_account"}');
  assert.equal(listSigners(body, header, [holder("a", "app-secret")]).length, 1);
});

test("everybody who holds the secret is named, old and new secret alike, and nobody else", () => {
  const candidates = [
    holder("old", "other"),
    holder("new", SECRET),
    holder("second", SECRET),
    holder("x", "x"),
  ];
  assert.deepEqual(names(GOOD, ...candidates), ["new", "second"]);
  assert.deepEqual(names(GOOD, holder("x", "x")), []);
  assert.deepEqual(names(GOOD), []);
});

for (const [title, header] of [
  ["no header", undefined],
  ["an empty header", ""],
  ["no algorithm", HEX],
  ["an empty digest", "sha256="],
  ["upper-case digits", `sha256=${HEX.toUpperCase()}`],
  ["an upper-case algorithm", `SHA256=${HEX}`],
  ["a truncated digest", GOOD.slice(0, -2)],
  ["a digest cut by one digit", GOOD.slice(0, -1)],
  ["a longer digest", `${GOOD}00`],
  ["another algorithm's name", `sha512=${HEX}`],
  ["the legacy header", `sha1=${createHmac("sha1", SECRET).update(BODY).digest("hex")}`],
  ["two headers joined", `${GOOD}, ${GOOD}`],
  ["white space", ` ${GOOD}`],
  ["a line break at the end", `${GOOD}\n`],
  ["base64", `sha256=${Buffer.from(HEX, "hex").toString("base64")}`],
  ["digits that are none", `sha256=${"g".repeat(64)}`],
  ["one wrong digit", `sha256=${HEX.startsWith("0") ? "1" : "0"}${HEX.slice(1)}`],
] as const) {
  test(`${title} is not a signature`, () => {
    assert.deepEqual(names(header, holder("a", SECRET)), []);
  });
}

test("one byte more, less or other in the body is another body", () => {
  for (const body of [`${BODY} `, String(BODY).slice(1), String(BODY).replace("\\/", "/")]) {
    assert.deepEqual(listSigners(Buffer.from(body), GOOD, [holder("a", SECRET)]), []);
  }
});

test("an empty secret signs nothing", () => {
  const header = `sha256=${createHmac("sha256", "").update(BODY).digest("hex")}`;
  assert.deepEqual(names(header, holder("a", "")), []);
});
