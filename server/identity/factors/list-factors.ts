import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Actor } from "../actor.ts";
import { listCredentials } from "../credentials.ts";
import { countRecoveryCodes } from "../factor.ts";
import { refuseForged } from "../forged-row.ts";
import type { IdentityHandles } from "../handles.ts";
import { listPasskeys } from "../passkeys/passkey.ts";

export interface FactorView {
  readonly id: string;
  readonly kind: "passkey" | "totp";
  /** What the person calls a passkey; the app is one alone and has none. */
  readonly name: string | null;
  /** Of a passkey: whether a copy lies with its maker, so that it outlives the device. */
  readonly backedUp: boolean;
  readonly createdAt: Date;
  readonly usedAt: Date | null;
}

/** By what the actor proves themselves, oldest first, and how many recovery codes are left. */
export async function listFactors(
  handles: IdentityHandles,
  { personId }: Pick<Actor, "personId">,
): Promise<{ readonly factors: FactorView[]; readonly recoveryCodesLeft: number }> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return refuseForged(handles, new Refusal("forbidden", "identity.factor_unreadable"), () =>
    inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const apps = await listCredentials(tx, installation, personId, ["totp"]);
      const passkeys = await listPasskeys(tx, installation, personId);
      const factors: FactorView[] = [
        ...apps.map(({ id, createdAt, usedAt }) => ({
          ...{ id, kind: "totp" as const, name: null, backedUp: false, createdAt, usedAt },
        })),
        ...passkeys.map(({ credential: { id, createdAt, usedAt }, passkey: { name, backedUp } }) => ({
          ...{ id, kind: "passkey" as const, name, backedUp, createdAt, usedAt },
        })),
      ];
      factors.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
      return { factors, recoveryCodesLeft: await countRecoveryCodes(tx, personId) };
    }),
  );
}
