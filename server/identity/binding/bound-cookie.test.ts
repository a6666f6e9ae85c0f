import assert from "node:assert/strict";
import { test } from "node:test";
import { identityHouse } from "../../../tests/support/identity-house.ts";
import { INSTALLATION, newId } from "../../platform/ids.ts";
import { judgeBoundCookie, newBoundCookie } from "./bound-cookie.ts";
import { decideBinding } from "./judge-binding.ts";
import type { SessionBinding } from "./session-binding.ts";

const START = new Date("2026-11-23T10:00:00Z");
const after = (ms: number) => new Date(START.getTime() + ms);

test("a bound cookie is good for ten and a half minutes, for its own binding, and no two are alike", async () => {
  await using house = await identityHouse();
  const installation = await house.handles.vault.openWorkspace(INSTALLATION);
  const bindingId = newId<string>();
  const cookie = newBoundCookie(installation, bindingId, START);
  const judge = (given: { cookie?: string; id?: string; ms?: number }) =>
    judgeBoundCookie(installation, {
      ...{ bindingId: given.id ?? bindingId, cookie: given.cookie ?? cookie, now: after(given.ms ?? 0) },
    });
  const until = after(630_000);
  assert.deepEqual([judge({}), judge({ ms: 629_999 })], [{ until }, { until }]);
  assert.equal(judge({ ms: 630_000 }), "expired");
  assert.equal(judge({ id: newId<string>() }), "not_of_this_session");
  for (const forged of [`${cookie.slice(0, 5)}A${cookie.slice(6)}`, cookie.slice(1), `${cookie}AAAA`, "x"])
    assert.equal(judge({ cookie: forged }), "not_of_this_session", forged);
  assert.equal(judge({ cookie: "" }), "missing");
  assert.notEqual(newBoundCookie(installation, bindingId, START), cookie);
});

test("a session wants its key five seconds after its browser first showed it knows of it, and for good", () => {
  const binding: SessionBinding = { id: newId(), key: Buffer.alloc(1), boundAt: START, shownAt: START };
  const unshown = { ...binding, shownAt: null };
  const until = after(60_000);
  assert.equal(decideBinding(null, "missing", START), "unbound");
  assert.equal(
    decideBinding(unshown, "missing", after(3_600_000)),
    "unbound",
    "our answer may have been lost",
  );
  assert.deepEqual(decideBinding(unshown, { until }, START), { shownUntil: until });
  assert.equal(decideBinding(binding, "missing", after(4_999)), "unbound");
  for (const cookie of ["missing", "expired", "not_of_this_session"] as const)
    assert.deepEqual(decideBinding(binding, cookie, after(5_000)), { refused: cookie });
  assert.deepEqual(decideBinding(binding, { until }, after(5_000)), { shownUntil: until });
});
