import assert from "node:assert/strict";
import { test } from "node:test";
import { numberRig } from "../../../tests/support/number-rig.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { connectSimulatorNumber } from "../numbers/connect-number.ts";
import { applyTemplateNotice } from "./apply-template-notice.ts";
import { fillTemplate } from "./fill-template.ts";
import { listTemplates } from "./list-templates.ts";
import { synchroniseTemplates } from "./synchronise-templates.ts";
import { replaceTemplates } from "./template-store.ts";

const actor = "member:test";

async function templateRig() {
  const rig = await numberRig();
  const workspaceId = await rig.addWorkspace();
  const number = await connectSimulatorNumber(rig.room, { workspaceId, actor, businessName: "Falcon" });
  const vault = await rig.room.vault.openWorkspace(workspaceId);
  return Object.assign(rig, {
    workspaceId,
    number,
    vault,
    synchronise: () => synchroniseTemplates(rig.room, { workspaceId, numberId: number.id, actor }),
    list: () => inWorkspace(rig.db, workspaceId, (tx) => listTemplates(narrow(tx), vault, number.id)),
    notice: (field: string, value: object, time = Math.floor(Date.now() / 1000)) =>
      inWorkspace(rig.db, workspaceId, (tx) =>
        applyTemplateNotice(narrow(tx), vault, {
          wabaId: number.wabaId,
          field,
          raw: JSON.stringify({
            object: "whatsapp_business_account",
            entry: [{ id: number.wabaId, time, changes: [{ field, value }] }],
          }),
        }),
      ),
  });
}

const ORDER_READY = { message_template_name: "order_ready", message_template_language: "en_US" };

test("synchronising brings every template with its parts; again, it keeps their ids", async () => {
  await using rig = await templateRig();
  assert.deepEqual(await rig.list(), { templates: [], synchronisedAt: null });

  const first = await rig.synchronise();
  assert.ok(first.templates.length >= 8);
  assert.ok(first.synchronisedAt instanceof Date);
  const named = first.templates.find(({ name, language }) => name === "delivery_time" && language === "ar");
  assert.deepEqual(
    [named?.variables, named?.header?.format, named?.sendable, named?.status],
    [["first_name", "day"], "TEXT", true, "APPROVED"],
  );
  const offer = first.templates.find(({ name }) => name === "autumn_offer");
  assert.deepEqual(
    [offer?.header, offer?.buttons],
    [
      { format: "IMAGE", text: null, variables: [] },
      [
        { kind: "URL", text: "See the offer", variable: true },
        { kind: "QUICK_REPLY", text: "Stop offers", variable: false },
      ],
    ],
  );
  const second = await rig.synchronise();
  assert.deepEqual(
    second.templates.map(({ id }) => id),
    first.templates.map(({ id }) => id),
  );
});

test("what the host no longer lists goes, and what it lists changed is changed", async () => {
  await using rig = await templateRig();
  await rig.synchronise();
  await inWorkspace(rig.db, rig.workspaceId, (tx) =>
    replaceTemplates(narrow(tx), rig.vault, {
      wabaId: rig.number.wabaId,
      listed: [
        {
          metaId: "1",
          name: "gone_later",
          language: "en_US",
          category: "UTILITY",
          status: "APPROVED",
          quality: null,
          parameterFormat: "POSITIONAL",
          components: [{ type: "BODY", text: "x" }],
        },
      ],
      now: new Date(),
    }),
  );
  assert.deepEqual(
    (await rig.list()).templates.map(({ name }) => name),
    ["gone_later"],
  );
  rig.simulator.setTemplateStatus({
    wabaId: rig.number.wabaId,
    name: "order_ready",
    language: "en_US",
    status: "PAUSED",
  });
  const after = await rig.synchronise();
  assert.equal(
    after.templates.some(({ name }) => name === "gone_later"),
    false,
  );
  const paused = after.templates.find(({ name, language }) => name === "order_ready" && language === "en_US");
  assert.equal(paused?.status, "PAUSED");
});

test("a template's words lie sealed", async () => {
  await using rig = await templateRig();
  await rig.synchronise();
  const rows = await inWorkspace(rig.db, rig.workspaceId, (tx) =>
    tx.selectFrom("whatsapp_template").select("components_sealed").execute(),
  );
  assert.ok(rows.length > 0);
  assert.equal(
    rows.some(({ components_sealed: sealed }) => sealed.includes("BODY")),
    false,
  );
});

test("only an approved template of the number's own account is filled", async () => {
  await using rig = await templateRig();
  const { templates } = await rig.synchronise();
  const fill = (templateId: string, variables: Record<string, string>) =>
    inWorkspace(rig.db, rig.workspaceId, (tx) =>
      fillTemplate(narrow(tx), rig.vault, rig.number.id, { templateId, variables }),
    );
  const ready = templates.find(({ name, language }) => name === "order_ready" && language === "en_US")!;
  const paused = templates.find(({ name }) => name === "weekly_digest")!;

  const filled = await fill(ready.id, { "1": "Layla", "2": "1042" });
  assert.equal(filled.rendered.text, "Hello Layla, your order 1042 is ready. We are open until 22:00.");
  assert.deepEqual(filled.payload.language, "en_US");
  await assert.rejects(fill(paused.id, { "1": "Layla" }), /template\.not_approved/);
  await assert.rejects(fill(newId(), {}), /template\.not_found/);

  const other = await connectSimulatorNumber(rig.room, {
    workspaceId: rig.workspaceId,
    actor,
    businessName: "Other",
  });
  await assert.rejects(
    inWorkspace(rig.db, rig.workspaceId, (tx) =>
      fillTemplate(narrow(tx), rig.vault, other.id, { templateId: ready.id, variables: {} }),
    ),
    /template\.not_found/,
  );
});

test("a picture on top must be a picture", async () => {
  await using rig = await templateRig();
  const { templates } = await rig.synchronise();
  const offer = templates.find(({ name }) => name === "autumn_offer")!;
  const addFile = async (mimeType: string) => {
    const id = newId<string>();
    await inWorkspace(rig.db, rig.workspaceId, (tx) =>
      tx
        .insertInto("whatsapp_media")
        .values({
          workspace_id: rig.workspaceId,
          id,
          number_id: rig.number.id,
          subject_id: newId<string>(),
          direction: "out",
          state: "ready",
          reference_sealed: Buffer.alloc(0),
          mime_type: mimeType,
          byte_size: null,
          failure: null,
          due_at: new Date(),
          meta_uploaded_at: null,
          created_at: new Date(),
        })
        .execute(),
    );
    return id;
  };
  const fill = (headerUploadId: string) =>
    inWorkspace(rig.db, rig.workspaceId, (tx) =>
      fillTemplate(narrow(tx), rig.vault, rig.number.id, {
        templateId: offer.id,
        variables: { "1": "Layla", "2": "20 %" },
        buttonVariables: { "0": "oak" },
        headerUploadId,
      }),
    );
  await assert.rejects(fill(await addFile("video/mp4")), /template\.header_file_mismatch/);
  await assert.rejects(fill(newId()), /template\.header_file_mismatch/);
  assert.equal((await fill(await addFile("image/png"))).payload.components[0]?.type, "header");
});

test("what Meta says of a template is kept, the same twice and an old one change nothing", async () => {
  await using rig = await templateRig();
  await rig.synchronise();
  const statusNow = async () =>
    (await rig.list()).templates.find(({ name, language }) => name === "order_ready" && language === "en_US")
      ?.status;

  const paused = { ...ORDER_READY, event: "PAUSED", message_template_id: 1_234_567_890_123_456 };
  assert.equal(await rig.notice("message_template_status_update", paused), "changed");
  assert.equal(await statusNow(), "PAUSED");
  const old = Math.floor(Date.now() / 1000) - 3600;
  const approved = { ...ORDER_READY, event: "APPROVED" };
  assert.equal(await rig.notice("message_template_status_update", approved, old), "unchanged");
  assert.equal(await statusNow(), "PAUSED");
  assert.equal(
    await rig.notice("message_template_status_update", { ...ORDER_READY, event: "REINSTATED" }),
    "changed",
  );
  assert.equal(await statusNow(), "APPROVED");
  assert.equal(
    await rig.notice("template_category_update", { ...ORDER_READY, new_category: "MARKETING" }),
    "changed",
  );
  assert.equal(
    (await rig.list()).templates.find(({ name, language }) => name === "order_ready" && language === "en_US")
      ?.category,
    "MARKETING",
  );
  assert.equal(await rig.notice("message_template_components_update", ORDER_READY), "synchronise");
  assert.equal(
    await rig.notice("message_template_status_update", { ...ORDER_READY, event: "DELETED" }),
    "changed",
  );
  assert.equal(await statusNow(), undefined);
});

test("a notice of no known shape changes nothing and throws nothing", async () => {
  await using rig = await templateRig();
  await rig.synchronise();
  const before = await rig.list();
  for (const value of [{}, { event: 1 }, { ...ORDER_READY }, { ...ORDER_READY, event: { x: 1 } }]) {
    assert.equal(await rig.notice("message_template_status_update", value), "unchanged");
  }
  assert.equal(await rig.notice("account_update", { event: "X" }), "unchanged");
  assert.deepEqual(await rig.list(), before);
});
