import { inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { countAttempt, countedForToken, forgiveAttempt } from "../attempts.ts";
import { refuseForged } from "../forged-row.ts";
import { type IdentityHandles, recordRefusal, type Visitor } from "../handles.ts";
import type { IdentityTables } from "../tables.ts";
import { lockLink, type RecoveryLink, requireWorking } from "./recovery-link.ts";
import type { LinkPurpose } from "./tables.ts";

/** What an act finds that a link allows. */
export interface LinkAct {
  readonly tx: Tx<IdentityTables>;
  readonly installation: WorkspaceVault;
  readonly link: RecoveryLink;
  readonly now: Date;
}

/**
 * Runs `work` for the holder of a working link, which is locked meanwhile, in a transaction scoped to the installation.
 * `work` ends the link when it has done what the link is for. Guesses are counted by address, and each is put on record.
 */
export async function withLink<Result>(
  handles: IdentityHandles,
  visitor: Visitor,
  given: { readonly token: string; readonly purposes: readonly LinkPurpose[] },
  work: (act: LinkAct) => Promise<Result>,
): Promise<Result> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const attempt = countedForToken(installation, "recovery", visitor.address);
  await countAttempt(handles.db, attempt, handles.clock());
  const ended = new Refusal("not_found", "identity.link_ended");
  try {
    return await refuseForged(handles, ended, () =>
      inWorkspace(handles.db, INSTALLATION, async (tx) => {
        const now = handles.clock();
        const link = requireWorking(await lockLink(tx, installation, given.token), given.purposes, now);
        const result = await work({ tx, installation, link, now });
        // A working link is no guess.
        await forgiveAttempt(tx, attempt);
        return result;
      }),
    );
  } catch (error) {
    if (error instanceof Refusal && error.code === ended.code)
      await recordRefusal(handles, visitor.address, {
        kind: "identity.link_refused",
        subject: "installation",
        reason: "unknown_or_ended",
      });
    throw error;
  }
}
