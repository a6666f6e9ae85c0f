import { numberRoutes, type PhoneNumber, type Template } from "../../contract/numbers.ts";
import type { AccessTables } from "../access/tables.ts";
import { readReaches } from "../access/teams/reach.ts";
import { type Actor, actorName } from "../identity/actor.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import { Secret } from "../platform/secret.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { connectMetaNumber, connectSimulatorNumber } from "../whatsapp/numbers/connect-number.ts";
import type { NumberCredentials } from "../whatsapp/numbers/credentials.ts";
import { disconnectNumber } from "../whatsapp/numbers/disconnect-number.ts";
import { getNumber, listNumbers, type NumberView } from "../whatsapp/numbers/list-numbers.ts";
import { findCallback } from "../whatsapp/numbers/number-callback.ts";
import type { NumbersRoom } from "../whatsapp/numbers/numbers-room.ts";
import { testMetaNumber } from "../whatsapp/numbers/test-meta-number.ts";
import { listTemplates, type TemplateList } from "../whatsapp/templates/list-templates.ts";
import { synchroniseTemplates } from "../whatsapp/templates/synchronise-templates.ts";
import type { Api } from "./api.ts";

export interface NumberRouteDeps {
  readonly room: NumbersRoom;
  /** Whether Meta can reach us as this installation stands. */
  readonly reach: { readonly publicAddress: boolean; readonly publicCertificate: boolean };
  /** What the simulated business is called. */
  readonly businessNameOf: (actor: Actor) => Promise<string>;
  /** A one-time link to the customer's phone of a simulated number. */
  readonly createPhoneLink: (input: { phoneNumberId: string; language: "en" | "ar" }) => Promise<string>;
}

export function registerNumberRoutes(api: Api, deps: NumberRouteDeps): void {
  registerReading(api, deps);
  registerConnecting(api, deps);
  registerTemplates(api, deps);
}

function registerReading(api: Api, deps: NumberRouteDeps): void {
  const { room } = deps;
  api.route(numberRoutes.listNumbers, { access: "number.list" }, async ({ actor }) => {
    const vault = await room.vault.openWorkspace(actor.workspaceId);
    return inWorkspace(room.db, actor.workspaceId, async (tx) => {
      const hidden = await hiddenNumbers(tx, vault, actor);
      const numbers = await listNumbers(narrow(tx), vault);
      return { numbers: numbers.filter(({ id }) => !hidden.has(id)).map(numberReply) };
    });
  });
  api.route(numberRoutes.getNumberCallback, { access: "number.show_callback" }, ({ actor, params }) =>
    showCallback(deps, actor, params.id),
  );
  api.route(numberRoutes.createPhoneLink, { access: "number.simulate" }, async ({ actor, params, body }) => {
    const number = await readNumber(room, actor, params.id);
    if (number.host !== "simulator") throw new Refusal("conflict", "whatsapp.not_simulated");
    if (number.state !== "connected") throw new Refusal("conflict", "whatsapp.number_disconnected");
    return { link: await deps.createPhoneLink({ ...number, language: body.language }) };
  });
}

function registerConnecting(api: Api, deps: NumberRouteDeps): void {
  const { room } = deps;
  api.route(numberRoutes.connectSimulator, { access: "number.connect" }, async ({ actor }) =>
    numberReply(
      await connectSimulatorNumber(room, {
        ...by(actor),
        businessName: await deps.businessNameOf(actor),
      }),
    ),
  );
  api.route(numberRoutes.testMetaNumber, { access: "number.connect" }, async ({ actor, body }) => {
    const tested = await testMetaNumber(room, { ...by(actor), credentials: credentialsOf(body) });
    return {
      displayPhoneNumber: tested.displayPhoneNumber,
      verifiedName: tested.verifiedName,
      quality: tested.quality,
      missingScopes: [...tested.missingScopes],
      tokenExpiresAt: tested.expiresAt?.toISOString() ?? null,
    };
  });
  api.route(numberRoutes.connectMetaNumber, { access: "number.connect" }, async ({ actor, body }) => {
    const number = await connectMetaNumber(room, { ...by(actor), credentials: credentialsOf(body) });
    return { number: numberReply(number), callback: await showCallback(deps, actor, number.id) };
  });
  api.route(numberRoutes.disconnectNumber, { access: "number.disconnect" }, async ({ actor, params }) =>
    numberReply(await disconnectNumber(room, { ...by(actor), numberId: params.id })),
  );
}

function registerTemplates(api: Api, { room }: NumberRouteDeps): void {
  api.route(numberRoutes.listTemplates, { access: "template.list" }, async ({ actor, params }) => {
    const vault = await room.vault.openWorkspace(actor.workspaceId);
    return templatesReply(
      await inWorkspace(room.db, actor.workspaceId, async (tx) => {
        const hidden = await hiddenNumbers(tx, vault, actor);
        const numberId = hidden.has(params.id.toLowerCase()) ? NO_NUMBER : params.id;
        return listTemplates(narrow(tx), vault, numberId);
      }),
    );
  });
  api.route(
    numberRoutes.synchroniseTemplates,
    { access: "template.synchronise" },
    async ({ actor, params }) =>
      templatesReply(await synchroniseTemplates(room, { ...by(actor), numberId: params.id })),
  );
}

/** Nobody's. */
const NO_NUMBER = "00000000-0000-0000-0000-000000000000";

/** Numbers that are for other teams: for this actor they are as those that are not there. */
async function hiddenNumbers(
  tx: Parameters<typeof narrow>[0],
  vault: WorkspaceVault,
  actor: Actor,
): Promise<ReadonlySet<string>> {
  const { reaches } = await readReaches(narrow<AccessTables>(tx), vault, [actor]);
  const reach = reaches.get(actor.memberId);
  return reach === undefined || reach === "everything" ? new Set() : reach.hiddenNumbers;
}

function by(actor: Actor) {
  return { workspaceId: actor.workspaceId, actor: actorName(actor) };
}

async function readNumber(room: NumbersRoom, actor: Actor, numberId: string): Promise<NumberView> {
  const vault = await room.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(room.db, actor.workspaceId, (tx) => getNumber(narrow(tx), vault, numberId));
}

/** Who knows the verify token could take the callback over at Meta: showing it is an event. */
async function showCallback({ room, reach }: NumberRouteDeps, actor: Actor, numberId: string) {
  const vault = await room.vault.openWorkspace(actor.workspaceId);
  const callback = await inWorkspace(room.db, actor.workspaceId, async (tx) => {
    const found = await findCallback(narrow(tx), vault, numberId);
    await room.audit.append(narrow(tx), actor.workspaceId, [
      {
        occurredAt: room.clock(),
        kind: "number.callback_shown",
        actor: actorName(actor),
        subject: `number:${numberId}`,
        outcome: "success",
      },
    ]);
    return found;
  });
  return {
    callbackUrl: room.callbackUrlOf(callback.host, callback.appId),
    verifyToken: callback.verifyToken.reveal(),
    publicAddress: reach.publicAddress,
    publicCertificate: reach.publicCertificate,
  };
}

function credentialsOf(body: {
  appId: string;
  appSecret: string;
  accessToken: string;
  wabaId: string;
  phoneNumberId: string;
}): NumberCredentials {
  return { ...body, appSecret: new Secret(body.appSecret), accessToken: new Secret(body.accessToken) };
}

function numberReply(number: NumberView): PhoneNumber {
  return {
    ...number,
    createdAt: number.createdAt.toISOString(),
    checkedAt: number.checkedAt?.toISOString() ?? null,
    lastWebhookAt: number.lastWebhookAt?.toISOString() ?? null,
  };
}

function templatesReply({ templates, synchronisedAt }: TemplateList): {
  templates: Template[];
  synchronisedAt: string | null;
} {
  return {
    templates: templates.map((template) => ({
      ...template,
      header:
        template.header === null ? null : { ...template.header, variables: [...template.header.variables] },
      variables: [...template.variables],
      buttons: [...template.buttons],
    })),
    synchronisedAt: synchronisedAt?.toISOString() ?? null,
  };
}
