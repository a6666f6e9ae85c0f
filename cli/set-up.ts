import { z } from "zod";
import type { Wardroom } from "../server/compose.ts";
import type { Config } from "../server/config/config.ts";
import { createWorkspaceWithOwner } from "../server/identity/create-workspace.ts";
import { Secret } from "../server/platform/secret.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import { connectMetaNumber, connectSimulatorNumber } from "../server/whatsapp/numbers/connect-number.ts";

const metaId = z.string().regex(/^[0-9]{1,32}$/);

/** What `wardroom setup` needs, over the control socket or in its own process. */
export const setUpInput = z.strictObject({
  workspace: z.strictObject({ name: z.string().trim().min(1).max(80), timeZone: z.string().min(1).max(64) }),
  owner: z.strictObject({
    name: z.string().trim().min(1).max(80),
    email: z.email(),
    password: z.string().min(12).max(256),
    language: z.enum(["en", "ar"]),
  }),
  number: z.discriminatedUnion("host", [
    z.strictObject({ host: z.literal("simulator") }),
    z.strictObject({
      host: z.literal("meta"),
      appId: metaId,
      appSecret: z.string().min(8),
      accessToken: z.string().min(8),
      wabaId: metaId,
      phoneNumberId: metaId,
    }),
    z.strictObject({ host: z.literal("none") }),
  ]),
});
export type SetUpInput = z.output<typeof setUpInput>;

/** All that a script needs to go on: addresses, ids, and the Owner's second factor. Shown once. */
export interface SetUpResult {
  readonly url: string;
  readonly apiUrl: string;
  readonly certificateAuthority: string | null;
  readonly workspaceId: string;
  readonly owner: {
    readonly memberId: string;
    readonly email: string;
    readonly totpSecret: string;
    readonly totpUri: string;
    readonly recoveryCodes: readonly string[];
  };
  readonly number: {
    readonly id: string;
    readonly host: string;
    readonly phoneNumberId: string;
    readonly wabaId: string;
    readonly displayPhoneNumber: string;
    readonly callbackUrl: string;
  } | null;
  readonly simulator: {
    readonly url: string;
    readonly appId: string;
    readonly appSecret: string;
    readonly phoneLink: string;
  } | null;
}

/** Makes a workspace with its Owner and connects a number, in a Wardroom that listens. */
export async function setUp(wardroom: Wardroom, config: Config, input: SetUpInput): Promise<SetUpResult> {
  const { rooms, simulator } = wardroom;
  const made = await createWorkspaceWithOwner(rooms.identity, {
    workspace: input.workspace,
    owner: { ...input.owner, password: new Secret(input.owner.password) },
    actor: "operator",
  });
  const number = await connect(wardroom, made.workspaceId, input);
  const withPhone = simulator !== undefined && input.number.host === "simulator" && number !== null;
  return {
    url: config.publicUrl.origin,
    apiUrl: `https://localhost:${wardroom.port}/api/v1`,
    certificateAuthority: wardroom.authority?.path ?? null,
    workspaceId: made.workspaceId,
    owner: {
      memberId: made.memberId,
      email: input.owner.email,
      totpSecret: made.totpSecret.reveal(),
      totpUri: made.totpUri.reveal(),
      recoveryCodes: made.recoveryCodes.reveal(),
    },
    number:
      number === null
        ? null
        : {
            id: number.id,
            host: number.host,
            phoneNumberId: number.phoneNumberId,
            wabaId: number.wabaId,
            displayPhoneNumber: number.displayPhoneNumber,
            callbackUrl: rooms.numbers.callbackUrlOf(number.host, number.appId),
          },
    simulator: withPhone
      ? {
          url: simulator.url,
          ...simulator.app,
          phoneLink: simulator.createPhoneLink({
            phoneNumberId: number.phoneNumberId,
            language: input.owner.language,
          }),
        }
      : null,
  };
}

async function connect(
  { rooms }: Wardroom,
  workspaceId: Parameters<typeof connectSimulatorNumber>[1]["workspaceId"],
  input: SetUpInput,
) {
  const by = { workspaceId, actor: "operator" };
  if (input.number.host === "none") return null;
  if (input.number.host === "simulator") {
    if (rooms.numbers.simulator === null) {
      throw new StartFault(
        "The simulator does not run here: every workspace has a number at Meta.",
        "Use --number meta or none.",
      );
    }
    return connectSimulatorNumber(rooms.numbers, { ...by, businessName: input.workspace.name });
  }
  const { host: _, ...credentials } = input.number;
  return connectMetaNumber(rooms.numbers, {
    ...by,
    credentials: {
      ...credentials,
      appSecret: new Secret(credentials.appSecret),
      accessToken: new Secret(credentials.accessToken),
    },
  });
}
