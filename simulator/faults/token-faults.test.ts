import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { callGraph, type Rig, startRig } from "../rig.test-support.ts";

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig[Symbol.asyncDispose]());

test("a token that ended opens nothing, whatever is called, and debug_token says so; afterwards it works again", async () => {
  const { simulator, number } = rig;
  const { appId, appSecret } = simulator.app;
  const debug = () =>
    callGraph(rig, "GET", `/debug_token?input_token=${number.accessToken}`, undefined, {
      authorization: `Bearer ${appId}|${appSecret}`,
    });
  const cases = [
    ["expired", 463],
    ["invalidated", 460],
    ["revoked", 458],
    ["logged_out", 467],
    ["malformed", undefined],
  ] as const;
  for (const [state, subcode] of cases) {
    const id = simulator.fault({ target: number.phoneNumberId, fault: { kind: "token", state } });
    for (const path of [`/${number.phoneNumberId}`, `/${number.wabaId}/message_templates`]) {
      const refused = await callGraph(rig, "GET", path);
      const { code, error_subcode } = refused.body.error;
      assert.deepEqual([refused.status, code, error_subcode], [401, 190, subcode]);
    }
    const { body } = await debug();
    assert.deepEqual(
      [body.data.is_valid, body.data.error.code, body.data.error.subcode],
      [false, 190, subcode],
    );
    simulator.endFault(id);
    assert.equal((await callGraph(rig, "GET", `/${number.phoneNumberId}`)).status, 200);
    assert.equal((await debug()).body.data.is_valid, true);
  }
});

test("the token of another number goes on working", async () => {
  const other = await rig.simulator.addNumber({ businessName: "Other" });
  rig.simulator.fault({ target: other.wabaId, fault: { kind: "token", state: "expired" } });
  assert.equal((await callGraph(rig, "GET", `/${rig.number.phoneNumberId}`)).status, 200);
  rig.simulator.endFaults();
});
