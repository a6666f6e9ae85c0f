import { inScope, inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { Actor } from "./actor.ts";
import { workspaceNamePlace } from "./create-workspace.ts";
import { countRecoveryCodes, type FactorKind, listFactorKinds } from "./factor.ts";
import type { IdentityHandles } from "./handles.ts";
import { memberNamePlace } from "./member.ts";
import { emailPlace } from "./person.ts";
import type { Language } from "./tables.ts";

/** What a person is told of themselves. */
export interface OwnDescription {
  readonly name: string;
  readonly email: string;
  readonly language: Language;
  readonly workspace: { readonly name: string; readonly timeZone: string };
  readonly recoveryCodesLeft: number;
  /** By what they can prove themselves: a page offers these. */
  readonly factors: readonly FactorKind[];
}

export async function describeMe(handles: IdentityHandles, actor: Actor): Promise<OwnDescription> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const { name_sealed, workspace_name_sealed, time_zone } = await tx
      .selectFrom("identity_member as m")
      .innerJoin("identity_workspace as w", "w.workspace_id", "m.workspace_id")
      .where("m.workspace_id", "=", actor.workspaceId)
      .where("m.id", "=", actor.memberId)
      .select(["m.name_sealed", "w.name_sealed as workspace_name_sealed", "w.time_zone"])
      .executeTakeFirstOrThrow();
    const keys = await vault.keysOf(narrow<VaultTables>(tx), [name_sealed, workspace_name_sealed]);
    const person = await inScope(tx, INSTALLATION, async () => {
      const { email_sealed, language } = await tx
        .selectFrom("identity_person")
        .where("workspace_id", "=", INSTALLATION)
        .where("id", "=", actor.personId)
        .select(["email_sealed", "language"])
        .executeTakeFirstOrThrow();
      const ownKeys = await installation.keysOf(narrow<VaultTables>(tx), [email_sealed]);
      const email = ownKeys.openText(emailPlace(actor.personId), email_sealed);
      const recoveryCodesLeft = await countRecoveryCodes(tx, actor.personId);
      return { email, language, recoveryCodesLeft, factors: await listFactorKinds(tx, actor.personId) };
    });
    return {
      ...person,
      name: keys.openText(memberNamePlace(actor.memberId), name_sealed),
      workspace: {
        name: keys.openText(workspaceNamePlace(actor.workspaceId), workspace_name_sealed),
        timeZone: time_zone,
      },
    };
  });
}
