import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { Secret } from "../../platform/secret.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { type Actor, actorName } from "../actor.ts";
import { lockCredentials } from "../credentials.ts";
import {
  confirmEnrolment,
  type Enrolment,
  type Factor,
  type FactorProof,
  offerEnrolment,
} from "../enrolment.ts";
import { insertFactor } from "../factor.ts";
import { refuseForged } from "../forged-row.ts";
import { type IdentityHandles, record } from "../handles.ts";
import { hashHandle } from "../passkeys/passkey.ts";
import { getEmail } from "../person.ts";
import type { IdentityTables } from "../tables.ts";
import { tellPerson } from "./tell-person.ts";

/** Ours: a person's devices and keys, with room; each is one more thing that opens the account. */
const MAX_PASSKEYS = 20;

/** A further factor for one who has proved one a moment ago. Their recovery codes stay. */
export async function offerFactor(handles: IdentityHandles, { personId }: Actor): Promise<Enrolment> {
  const email = await findEmail(handles, personId);
  return offerEnrolment(handles, {
    ...{ purpose: `person:${personId}`, email, personId },
    recoveryCodes: new Secret([]),
  });
}

export interface NewFactor {
  readonly enrolment: string;
  readonly proof: FactorProof;
  readonly name: string;
}

export async function addFactor(handles: IdentityHandles, actor: Actor, given: NewFactor): Promise<void> {
  const { workspaceId, personId } = actor;
  const email = await findEmail(handles, personId);
  const factor = await confirmEnrolment(handles, { purpose: `person:${personId}`, email, ...given });
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await refuseForged(handles, new Refusal("forbidden", "identity.factor_unreadable"), () =>
    inWorkspace(handles.db, INSTALLATION, async (tx) => {
      await requireRoom(tx, installation, actor, factor);
      await insertFactor(tx, installation, { personId, factor, now: handles.clock() });
      const kind = factor.passkey === undefined ? "totp" : "passkey";
      await inScope(tx, workspaceId, () =>
        record(handles, tx, workspaceId, {
          kind: "identity.factor_added",
          actor: actorName(actor),
          subject: `person:${personId}`,
          outcome: "success",
          detail: { factor: kind },
        }),
      );
      await tellPerson(handles, tx, installation, actor, { kind: "factor_added", factor: kind });
    }),
  );
}

/** One app, some passkeys, and each passkey once. The person's rows are locked, so that two who add take turns. */
export async function requireRoom(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId }: Pick<Actor, "personId">,
  factor: Factor,
): Promise<void> {
  await tx
    .selectFrom("identity_person")
    .where("workspace_id", "=", INSTALLATION)
    .where("id", "=", personId)
    .select("id")
    .forUpdate()
    .executeTakeFirstOrThrow();
  const apps = await lockCredentials(tx, installation, personId, "totp");
  if (factor.totp !== undefined && apps.length > 0) throw new Refusal("conflict", "identity.totp_exists");
  if (factor.passkey === undefined) return;
  const passkeys = await lockCredentials(tx, installation, personId, "passkey");
  if (passkeys.length >= MAX_PASSKEYS) throw new Refusal("conflict", "identity.too_many_passkeys");
  const known = await tx
    .selectFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("handle_hash", "=", hashHandle(installation, factor.passkey.handle))
    .select("id")
    .executeTakeFirst();
  if (known !== undefined) throw new Refusal("conflict", "identity.passkey_known");
}

async function findEmail(handles: IdentityHandles, personId: Actor["personId"]): Promise<string> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return inWorkspace(handles.db, INSTALLATION, (tx) => getEmail(tx, installation, personId));
}
