import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { asSuperuser } from "../support/attack-rig.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { openSession } from "../support/test-session.ts";

const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { wardroom } = running;

test("whoever writes the database cannot open a set-up of their own, even where they hide every workspace", async () => {
  const token = randomBytes(32).toString("base64url");
  const code = "aaaaaaaaaaaa";
  const plain = (use: string, value: string) =>
    createHash("sha256").update(`wardroom/setup/${use}/v1:`).update(value).digest();
  const routes = await asSuperuser(running, async (client) => {
    const { rows } = await client.query("delete from identity_workspace_route returning *");
    await client.query(
      `insert into identity_setup (id, code_hash, code_expires_at, session_hash, session_expires_at)
       values (1, $1, now() + interval '1 hour', $2, now() + interval '1 hour')
       on conflict (id) do update set code_hash = excluded.code_hash, session_hash = excluded.session_hash,
         code_expires_at = excluded.code_expires_at, session_expires_at = excluded.session_expires_at`,
      [plain("code", code), plain("session", token)],
    );
    return rows;
  });
  const thief = openSession(wardroom);
  thief.cookies.set("__Host-wr-setup", token);
  const state = await thief.get("/setup");
  const enrolled = await thief.api("POST", "/setup/enrolment", { email: "thief@evil.example" });
  const opened = await thief.api("POST", "/setup/open", { code });
  await thief.close();
  await asSuperuser(running, async (client) => {
    for (const { workspace_id, created_at } of routes)
      await client.query("insert into identity_workspace_route values ($1, $2)", [workspace_id, created_at]);
  });
  assert.equal(state.opened, false);
  assert.deepEqual([enrolled.status, enrolled.body.code], [401, "identity.setup_session_required"]);
  assert.deepEqual([opened.status, opened.body.code], [403, "identity.setup_code_refused"]);
});
