import { z } from "zod";
import type { Config } from "../server/config/config.ts";
import type { MemberId } from "../server/identity/actor.ts";
import type { IdentityHandles } from "../server/identity/handles.ts";
import { makeResetLink, type ShownLink } from "../server/identity/recovery/make-reset-link.ts";
import {
  listOwners,
  type RecoverableOwner,
  startOwnerRecovery,
} from "../server/identity/recovery/recover-owner.ts";
import { RECOVERY_PATH } from "../server/identity/recovery/recovery-link.ts";
import type { WorkspaceId } from "../server/platform/ids.ts";
import { askServer } from "./ask-server.ts";
import { withIdentityAlone } from "./identity-alone.ts";

export const resetLinkInput = z.strictObject({ email: z.email() });
export const recoverOwnerInput = z.strictObject({ workspaceId: z.uuid(), memberId: z.uuid() });

/** A link as it is printed. */
const printedLink = z.object({ link: z.string(), expiresAt: z.string() });
export type PrintedLink = z.output<typeof printedLink>;

const owners = z.array(
  z.object({
    ...{ workspaceId: z.string(), workspaceName: z.string(), memberId: z.string() },
    ...{ name: z.string(), email: z.string() },
  }),
);
export type ListedOwner = z.output<typeof owners>[number];

/** What the control socket offers for it: the same acts that run here where no server does. */
export function recoveryActs(handles: IdentityHandles, config: Config) {
  const printed = ({ token, expiresAt }: ShownLink): PrintedLink => ({
    link: `${config.publicUrl.origin}${RECOVERY_PATH}#${token.reveal()}`,
    expiresAt: expiresAt.toISOString(),
  });
  return {
    "reset-link": async (params: unknown) =>
      printed(await makeResetLink(handles, resetLinkInput.parse(params).email)),
    owners: async () => (await listOwners(handles)).map(listed),
    "recover-owner": async (params: unknown) => {
      const { workspaceId, memberId } = recoverOwnerInput.parse(params);
      const who = { workspaceId: workspaceId as WorkspaceId, memberId: memberId as MemberId };
      return printed(await startOwnerRecovery(handles, who));
    },
  };
}

function listed({ personId: _, ...owner }: RecoverableOwner): ListedOwner {
  return owner;
}

/** Through the server that runs on this data folder, or without one. */
export async function askForResetLink(config: Config, email: string): Promise<PrintedLink> {
  return printedLink.parse(await act(config, "reset-link", { email }));
}

export async function askForOwners(config: Config): Promise<ListedOwner[]> {
  return owners.parse(await act(config, "owners"));
}

export async function askForOwnerLink(config: Config, owner: ListedOwner): Promise<PrintedLink> {
  const { workspaceId, memberId } = owner;
  return printedLink.parse(await act(config, "recover-owner", { workspaceId, memberId }));
}

async function act(
  config: Config,
  name: keyof ReturnType<typeof recoveryActs>,
  params?: object,
): Promise<unknown> {
  const answer = await askServer(config, name, params);
  return (
    answer ?? withIdentityAlone<unknown>(config, (handles) => recoveryActs(handles, config)[name](params))
  );
}
