import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import type { PersonId } from "../actor.ts";
import { hashEmail } from "../email.ts";
import type { IdentityHandles } from "../handles.ts";
import { recordForPerson } from "./person-workspaces.ts";
import { endLinksOf, insertLink, LINK_MS } from "./recovery-link.ts";

/** A link that is shown once. */
export interface ShownLink {
  readonly token: Secret<string>;
  readonly expiresAt: Date;
}

/**
 * For the operator: a link for a new password to hand over, where no mail goes out. It asks for the second factor like
 * the one that is mailed. The operator may know who has an account: they have the machine.
 */
export async function makeResetLink(handles: IdentityHandles, email: string): Promise<ShownLink> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const now = handles.clock();
    const login = await tx
      .selectFrom("identity_login")
      .where("email_hash", "=", hashEmail(installation, email))
      .select("person_id")
      .executeTakeFirst();
    if (login === undefined) throw new Refusal("not_found", "identity.person_not_found");
    const personId = login.person_id as PersonId;
    await endLinksOf(tx, installation, personId, { purposes: ["password_reset"], now });
    const token = await insertLink(tx, installation, { personId, purpose: "password_reset", now });
    await recordForPerson(handles, tx, personId, {
      ...{ kind: "identity.reset_link_made", outcome: "success", actor: "operator" },
    });
    return { token, expiresAt: new Date(now.getTime() + LINK_MS.password_reset) };
  });
}
