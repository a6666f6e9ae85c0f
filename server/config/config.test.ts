import assert from "node:assert/strict";
import { test } from "node:test";
import { StartFault } from "../platform/start-fault.ts";
import { readConfig } from "./config.ts";

test("without any setting Wardroom listens on this machine only, with the built-in database", () => {
  const config = readConfig({});
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.port, 8443);
  assert.equal(config.publicUrl.href, "https://localhost:8443/");
  assert.equal(config.database, undefined);
  assert.equal(
    config.rootKey.file.startsWith(config.dataDir),
    false,
    "the root key lies outside the data folder",
  );
});

test("all faults are reported together, and none of them quotes a value", () => {
  const env = {
    WARDROOM_PORT: "70000",
    WARDROOM_PUBLIC_URL: "http://wa.example.com",
    WARDROOM_TLS_CERT: "/nowhere/cert.pem",
    WARDROOM_TRUSTED_PROXIES: "10.0.0.1, everyone",
    DATABASE_URL: "mysql://user:hunter2@db/wardroom",
  };
  assert.throws(
    () => readConfig(env),
    (error: unknown) => {
      assert.ok(error instanceof StartFault);
      for (const name of Object.keys(env)) assert.match(error.message, new RegExp(name));
      assert.doesNotMatch(error.message, /hunter2|nowhere|everyone/);
      return true;
    },
  );
});

test("settings that only make sense together are asked for together", () => {
  assert.throws(() => readConfig({ DATABASE_URL: "postgres://a@b/c" }), /WARDROOM_OWNER_DATABASE_URL/);
  assert.throws(() => readConfig({ WARDROOM_SIMULATOR_PORT: "8443" }), /WARDROOM_SIMULATOR_PORT/);
});

test("an empty setting counts as absent", () => {
  assert.equal(readConfig({ WARDROOM_PORT: "", WARDROOM_TLS_CERT: "" }).port, 8443);
});
