import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { request } from "undici";
import { controlSimulator } from "../../simulator/control-client.ts";
import { CommandLine } from "../support/command-line.ts";
import { startSimulatorProcess } from "../support/simulator-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("a simulator in a process of its own misbehaves as told, and says afterwards which sends it took", async () => {
  await using folder = await temporaryFolder();
  await using simulator = await startSimulatorProcess(folder.path, ["--seed", "a-seed", "--window-open"]);
  const { control, number, url } = simulator;
  const send = (id: string) => {
    return request(`${url}/${number.phoneNumberId}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${number.accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        to: "+966500000142",
        text: { body: `text of ${id}` },
        biz_opaque_callback_data: id,
      }),
    }).then(({ statusCode, body }) =>
      body.text().then(
        () => statusCode,
        () => "lost",
      ),
    );
  };
  assert.equal((await control.overview()).seed, "a-seed");
  await control.fault({
    target: number.phoneNumberId,
    fault: { kind: "cut_answer", stage: "mid_answer", accepted: true },
    when: { skip: 1, times: 1 },
  });
  assert.deepEqual([await send("one"), await send("two"), await send("two")], [200, "lost", 200]);
  const sends = await control.acceptedSends();
  assert.deepEqual(
    sends.map(({ callbackData, content }) => [callbackData, content["body"]]),
    [
      ["one", "text of one"],
      ["two", "text of two"],
      ["two", "text of two"],
    ],
  );
  assert.deepEqual(
    (await control.listFaults()).map(({ seen, struck }) => [seen, struck]),
    [[2, 1]],
  );
  await using stranger = controlSimulator(simulator.controlUrl, "not-the-token-of-this-one");
  await assert.rejects(stranger.acceptedSends(), /401/);
});

const SETUP = [
  ...["setup", "--json", "--workspace", "Marsa Home", "--time-zone", "Asia/Dubai"],
  ...["--owner", "Huda Salem", "--email", "huda@marsahome.example"],
];

test("a Wardroom that is killed leaves the simulator, and finds its number and what was sent in it again", async () => {
  await using folder = await temporaryFolder();
  await using simulator = await startSimulatorProcess(join(folder.path, "simulator"));
  const wardroom = await CommandLine.on(folder.path, {
    WARDROOM_SIMULATOR_CONTROL_URL: simulator.controlUrl,
    WARDROOM_SIMULATOR_CONTROL_TOKEN: simulator.controlToken,
  });
  await using first = await wardroom.start();
  const made = await wardroom.run(SETUP);
  assert.equal(made.code, 0, made.stderr);
  const { phoneNumberId } = made.json.number;
  const { control } = simulator;
  const customer = await control.addCustomer({ phoneNumberId, name: "Layla", phone: "+966500000142" });
  await control.writeAsCustomer(customer.customerId, "before");
  assert.equal(await control.idle(10_000), true, "answered 200");
  await first.stop("SIGKILL");

  await control.writeAsCustomer(customer.customerId, "while nobody is there");
  await using second = await wardroom.start();
  assert.equal(second.ready.ok, true);
  assert.equal(await control.idle(30_000), true, "what waited is answered 200 after the restart");
  const numbers = await control.listNumbers();
  assert.ok(numbers.some((number) => number.phoneNumberId === phoneNumberId));
});
