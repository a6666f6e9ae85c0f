import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { numberRig } from "../../../tests/support/number-rig.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { Secret } from "../../platform/secret.ts";
import { queueSend } from "../outbound/queue-send.ts";
import { changeAppSecret } from "./change-app-secret.ts";
import { connectMetaNumber, connectSimulatorNumber } from "./connect-number.ts";
import { disconnectNumber } from "./disconnect-number.ts";
import { keepNumber } from "./keep-number.ts";
import { listNumbers } from "./list-numbers.ts";
import { getNumberAccess } from "./number-access.ts";
import { findRoutes, routeNumbers } from "./route-number.ts";
import { testMetaNumber } from "./test-meta-number.ts";

const actor = "member:test";
type Rig = Awaited<ReturnType<typeof numberRig>>;

async function revealed(rig: Rig, appId: string): Promise<string[][]> {
  const found = await rig.room.appSecrets.findAppSecrets(appId);
  return found.map(({ secrets }) => secrets.map((secret) => secret.reveal()));
}

async function metaCredentials(rig: Rig) {
  const added = await rig.simulator.addNumber({ businessName: "Falcon" });
  return {
    appId: rig.simulator.app.appId,
    appSecret: new Secret(rig.simulator.app.appSecret),
    accessToken: new Secret(added.accessToken),
    wabaId: added.wabaId,
    phoneNumberId: added.phoneNumberId,
  };
}

function rowsOf(rig: Rig, workspaceId: WorkspaceId) {
  return inWorkspace(rig.db, workspaceId, async (tx) => ({
    apps: await tx.selectFrom("whatsapp_app").selectAll().execute(),
    numbers: await tx.selectFrom("whatsapp_number").selectAll().execute(),
  }));
}

test("a simulated number is connected, subscribed, called back, and its credentials lie sealed", async () => {
  await using rig = await numberRig();
  const workspaceId = await rig.addWorkspace();

  const number = await connectSimulatorNumber(rig.room, { workspaceId, actor, businessName: "Falcon" });

  assert.deepEqual([number.host, number.state, number.verifiedName], ["simulator", "connected", "Falcon"]);
  assert.deepEqual(
    rig.calls.map(({ method, path, outcome }) => `${method} ${path} ${outcome}`),
    [
      "GET /debug_token success",
      "GET /{phone} success",
      "GET /{waba} success",
      "GET /{waba}/phone_numbers success",
      "POST /{waba}/subscribed_apps success",
      "POST /{app}/subscriptions success",
    ],
  );
  assert.deepEqual(await revealed(rig, number.appId), [[rig.simulator.app.appSecret]]);
  const routes = await routeNumbers(narrow(rig.db), [number.phoneNumberId, "1"]);
  assert.deepEqual(
    [...routes.values()].map((route) => route.numberId),
    [number.id],
  );
  const byNumber = await findRoutes(narrow(rig.db), {
    wabaIds: [],
    phoneNumberIds: [number.phoneNumberId, "1"],
  });
  assert.deepEqual([...byNumber.numbers.keys()], [number.phoneNumberId]);
  const { accounts: wabas } = await findRoutes(narrow(rig.db), {
    wabaIds: [number.wabaId, "1"],
    phoneNumberIds: [],
  });
  assert.deepEqual(
    wabas.get(number.wabaId)?.map((route) => route.workspaceId),
    [workspaceId],
  );
  assert.deepEqual(await rig.events(workspaceId), ["number.connected"]);

  const vault = await rig.room.vault.openWorkspace(workspaceId);
  const access = await inWorkspace(rig.db, workspaceId, (tx) =>
    getNumberAccess(narrow(tx), vault, rig.room.hosts, number.id),
  );
  const stored = JSON.stringify(await rowsOf(rig, workspaceId), (_, value) =>
    value?.type === "Buffer" ? Buffer.from(value.data).toString("latin1") : value,
  );
  for (const secret of [
    access.accessToken.reveal(),
    access.appSecret.reveal(),
    "Falcon",
    number.displayPhoneNumber,
  ]) {
    assert.equal(stored.includes(secret), false);
  }
});

test("a simulator whose callback cannot be reached leaves no connected number", async () => {
  await using rig = await numberRig();
  const workspaceId = await rig.addWorkspace();
  const room = { ...rig.room, callbackUrlOf: () => "http://127.0.0.1:1/x" };
  await assert.rejects(
    connectSimulatorNumber(room, { workspaceId, actor, businessName: "Falcon" }),
    /whatsapp\.callback_unreachable/,
  );
  assert.deepEqual(
    (await rowsOf(rig, workspaceId)).numbers.map(({ state, token_sealed }) => [state, token_sealed]),
    [["disconnected", null]],
  );
});

test("a workspace talks to Meta or to the simulator, never to both", async () => {
  await using rig = await numberRig({ metaIsSimulator: true });
  const [first, second] = [await rig.addWorkspace(), await rig.addWorkspace()];
  const real = await connectMetaNumber(rig.room, {
    workspaceId: first,
    actor,
    credentials: await metaCredentials(rig),
  });
  await connectSimulatorNumber(rig.room, { workspaceId: second, actor, businessName: "Falcon" });

  await assert.rejects(
    connectSimulatorNumber(rig.room, { workspaceId: first, actor, businessName: "Falcon" }),
    /whatsapp\.hosts_mixed/,
  );
  await assert.rejects(
    connectMetaNumber(rig.room, { workspaceId: second, actor, credentials: await metaCredentials(rig) }),
    /whatsapp\.hosts_mixed/,
  );
  assert.equal((await rowsOf(rig, first)).numbers.length, 1);
  assert.equal((await rowsOf(rig, second)).numbers.length, 1);

  await disconnectNumber(rig.room, { workspaceId: first, numberId: real.id, actor });
  await connectSimulatorNumber(rig.room, { workspaceId: first, actor, businessName: "Falcon" });
});

test("a connection waits for another of its workspace that has not committed, and then sees it", async () => {
  await using rig = await numberRig();
  const workspaceId = await rig.addWorkspace();
  const vault = await rig.room.vault.openWorkspace(workspaceId);
  const keep = (tx: Parameters<typeof keepNumber>[0], host: "meta" | "simulator", id: string) =>
    keepNumber(
      tx,
      { vault, audit: rig.room.audit },
      {
        claim: {
          workspaceId,
          host,
          baseUrl: "https://graph.facebook.com",
          actor,
          credentials: {
            appId: id,
            appSecret: new Secret("secret"),
            accessToken: new Secret("token"),
            wabaId: id,
            phoneNumberId: id,
          },
        },
        facts: { displayPhoneNumber: "+1", verifiedName: "Falcon", quality: null, throughput: 80 },
        now: new Date(),
      },
    );
  const order: string[] = [];
  let second: Promise<unknown> = Promise.resolve();
  await inWorkspace(rig.db, workspaceId, async (tx) => {
    await keep(narrow(tx), "meta", "1");
    second = inWorkspace(rig.db, workspaceId, (other) => keep(narrow(other), "simulator", "2")).finally(() =>
      order.push("second ended"),
    );
    second.catch(() => {});
    await sleep(200);
    order.push("first commits");
  });
  await assert.rejects(second, /whatsapp\.hosts_mixed/);
  assert.deepEqual(order, ["first commits", "second ended"]);
});

test("a number belongs to one workspace, also when another brings working credentials", async () => {
  await using rig = await numberRig({ metaIsSimulator: true });
  const [first, second] = [await rig.addWorkspace(), await rig.addWorkspace()];
  const credentials = await metaCredentials(rig);
  await connectMetaNumber(rig.room, { workspaceId: first, actor, credentials });

  await assert.rejects(
    connectMetaNumber(rig.room, { workspaceId: second, actor, credentials }),
    /whatsapp\.number_taken/,
  );
  assert.deepEqual(await rowsOf(rig, second), { apps: [], numbers: [] });
  assert.deepEqual(await rig.events(second), []);
  assert.deepEqual(
    (await rig.room.appSecrets.findAppSecrets(credentials.appId)).map(({ workspaceId }) => workspaceId),
    [first],
  );
});

test("credentials that do not work are refused by name and keep nothing", async (t) => {
  await using rig = await numberRig({ metaIsSimulator: true });
  const workspaceId = await rig.addWorkspace();
  const good = await metaCredentials(rig);
  const other = await metaCredentials(rig);
  const cases: Array<[code: RegExp, change: Partial<typeof good>]> = [
    [/whatsapp\.app_secret_wrong/, { appSecret: new Secret("0123456789abcdef0123456789abcdef") }],
    [/whatsapp\.token_invalid/, { accessToken: new Secret("EAAnotatoken") }],
    [/whatsapp\.scopes_missing/, { wabaId: other.wabaId }],
    [/whatsapp\.number_not_found/, { phoneNumberId: other.phoneNumberId }],
  ];
  for (const [code, change] of cases) {
    await t.test(code.source, async () => {
      const credentials = { ...good, ...change };
      await assert.rejects(connectMetaNumber(rig.room, { workspaceId, actor, credentials }), code);
    });
  }
  assert.deepEqual(await rowsOf(rig, workspaceId), { apps: [], numbers: [] });
  const tested = await testMetaNumber(rig.room, { workspaceId, actor, credentials: good });
  assert.deepEqual([tested.verifiedName, tested.missingScopes, tested.expiresAt], ["Falcon", [], null]);
  assert.deepEqual(await rowsOf(rig, workspaceId), { apps: [], numbers: [] });
});

test("disconnecting destroys the token and the routes, fails what waits, and keeps the number for its chats", async () => {
  await using rig = await numberRig();
  const workspaceId = await rig.addWorkspace();
  const number = await connectSimulatorNumber(rig.room, { workspaceId, actor, businessName: "Falcon" });
  const vault = await rig.room.vault.openWorkspace(workspaceId);
  const id = newId<string>();
  await inWorkspace(rig.db, workspaceId, (tx) =>
    queueSend(
      narrow(tx),
      { vault, now: new Date(), wake: () => {} },
      {
        id,
        numberId: number.id,
        contactId: newId(),
        payload: { kind: "text", to: { waId: "1", userId: null }, text: "x", replyToWamid: null },
      },
    ),
  );

  const gone = await disconnectNumber(rig.room, { workspaceId, numberId: number.id, actor });

  assert.equal(gone.state, "disconnected");
  assert.deepEqual(await revealed(rig, number.appId), []);
  assert.equal((await routeNumbers(narrow(rig.db), [number.phoneNumberId])).size, 0);
  assert.deepEqual(
    rig.settlements.map(({ id: settled, state, failure }) => [settled, state, failure?.reason]),
    [[id, "failed", "number_disconnected"]],
  );
  await assert.rejects(
    inWorkspace(rig.db, workspaceId, (tx) => getNumberAccess(narrow(tx), vault, rig.room.hosts, number.id)),
    /number_disconnected/,
  );
  const listed = await inWorkspace(rig.db, workspaceId, (tx) => listNumbers(narrow(tx), vault));
  assert.deepEqual(
    listed.map(({ id: listedId, verifiedName }) => [listedId, verifiedName]),
    [[number.id, "Falcon"]],
  );
  assert.deepEqual(await rig.events(workspaceId), ["number.connected", "number.disconnected"]);
});

test("a number that comes back is the same number", async () => {
  await using rig = await numberRig({ metaIsSimulator: true });
  const workspaceId = await rig.addWorkspace();
  const credentials = await metaCredentials(rig);
  const before = await connectMetaNumber(rig.room, { workspaceId, actor, credentials });
  await disconnectNumber(rig.room, { workspaceId, numberId: before.id, actor });
  const after = await connectMetaNumber(rig.room, { workspaceId, actor, credentials });
  assert.deepEqual([after.id, after.state], [before.id, "connected"]);
});

test("during a rotation both secrets verify, for a day, and what was remembered is forgotten at once", async () => {
  await using rig = await numberRig();
  const workspaceId = await rig.addWorkspace();
  const { appId } = await connectSimulatorNumber(rig.room, { workspaceId, actor, businessName: "Falcon" });
  const old = rig.simulator.app.appSecret;
  assert.deepEqual(await revealed(rig, appId), [[old]]);

  await changeAppSecret(rig.room, { workspaceId, appId, secret: new Secret("the-new-secret"), actor });
  assert.deepEqual(await revealed(rig, appId), [["the-new-secret", old]]);
  await changeAppSecret(rig.room, { workspaceId, appId, secret: new Secret("the-new-secret"), actor });
  assert.deepEqual(
    await revealed(rig, appId),
    [["the-new-secret", old]],
    "the same secret again is no rotation",
  );
  rig.advance(24 * 60 * 60 * 1000 + 30_000);
  assert.deepEqual(await revealed(rig, appId), [["the-new-secret"]]);
  assert.deepEqual(await rig.events(workspaceId), ["number.connected", "number.app_secret_changed"]);
});

test("an app that two workspaces hold gives each its own secrets", async () => {
  await using rig = await numberRig({ metaIsSimulator: true });
  const [first, second] = [await rig.addWorkspace(), await rig.addWorkspace()];
  const credentials = await metaCredentials(rig);
  await connectMetaNumber(rig.room, { workspaceId: first, actor, credentials });
  await connectMetaNumber(rig.room, { workspaceId: second, actor, credentials: await metaCredentials(rig) });
  await changeAppSecret(rig.room, {
    workspaceId: second,
    appId: credentials.appId,
    secret: new Secret("only-of-the-second"),
    actor,
  });
  const found = await rig.room.appSecrets.findAppSecrets(credentials.appId);
  const byWorkspace = new Map(
    found.map((one) => [one.workspaceId, one.secrets.map((secret) => secret.reveal())]),
  );
  assert.deepEqual(byWorkspace.get(first), [rig.simulator.app.appSecret]);
  assert.deepEqual(byWorkspace.get(second), ["only-of-the-second", rig.simulator.app.appSecret]);
});
