import { inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import { countAttempt, countedForFactor, forgiveAttempt } from "../attempts.ts";
import {
  insertPassword,
  listCredentials,
  lockCredentials,
  pepperOf,
  updateCredential,
} from "../credentials.ts";
import { findTrustedDevice } from "../devices/find-trusted-device.ts";
import { type FactorVerdict, type GivenFactor, spendFactor } from "../factor.ts";
import type { IdentityHandles, Visitor } from "../handles.ts";
import { findAddress, mailPerson } from "../mail-person.ts";
import { isNewPasswordAsked, replacePassword } from "../passwords/new-password-asked.ts";
import { hashNewPassword } from "../person.ts";
import { deleteSessions } from "../session.ts";
import type { IdentityTables } from "../tables.ts";
import { tellGuessedOut } from "../tell-guessed-out.ts";
import { listMemberships, recordForPerson } from "./person-workspaces.ts";
import { endLink, endLinksOf } from "./recovery-link.ts";
import { type LinkAct, withLink } from "./use-link.ts";

export interface ResetPassword {
  readonly token: string;
  readonly password: Secret<string>;
  readonly factor: GivenFactor;
}

const PURPOSES = ["password_reset"] as const;

/**
 * Sets a new password for the holder of a link who also proves a second factor: a mailbox alone opens nothing. A wrong
 * code leaves the link as it was, until it ends by itself. All sessions end; nobody is signed in by it.
 */
export async function resetPassword(
  handles: IdentityHandles,
  visitor: Visitor,
  { token, password, factor }: ResetPassword,
): Promise<void> {
  const { personId, about } = await withLink(handles, visitor, { token, purposes: PURPOSES }, findWhose);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const deviceId = await findTrustedDevice(handles, installation, visitor, { personId });
  const attempt = countedForFactor(installation, personId, deviceId);
  await countAttempt(handles.db, attempt, handles.clock());
  const within = await openOneWorkspace(handles, personId);
  const isNoChange = await isAskedFor(handles, installation, { personId, password });
  const phc = await hashNewPassword(handles, installation, { personId, password, about });
  const verdict = await withLink(handles, visitor, { token, purposes: PURPOSES }, async (act) => {
    const spent = await spendFactor(handles, act.tx, act.installation, { personId, factor, deviceId });
    if (spent === "guessed_out")
      await tellGuessedOut(handles, act.tx, act.installation, { what: "totp", personId });
    if (spent !== "accepted") return refuse(handles, act.tx, personId, spent);
    // Told to who has both: the link alone does not tell whether a guess at the password is right.
    if (isNoChange) return new Refusal("invalid", "identity.password_same");
    await endLink(act.tx, act.installation, act.link, act.now);
    await setPassword(handles, act, { personId, phc, how: "reset", within });
    await forgiveAttempt(act.tx, attempt);
    return undefined;
  });
  if (verdict !== undefined) throw verdict;
}

/** A workspace of theirs, its keys opened: the notice names whom to tell there. */
async function openOneWorkspace(
  handles: IdentityHandles,
  personId: PersonId,
): Promise<WorkspaceId | undefined> {
  const [first] = await inWorkspace(handles.db, INSTALLATION, (tx) => listMemberships(tx, personId));
  if (first === undefined) return undefined;
  await handles.vault.openWorkspace(first.workspaceId);
  return first.workspaceId;
}

/** Whether it is the very password in whose place another was asked for. */
async function isAskedFor(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  { personId, password }: { readonly personId: PersonId; readonly password: Secret<string> },
): Promise<boolean> {
  const [credential] = await inWorkspace(handles.db, INSTALLATION, (tx) =>
    listCredentials(tx, installation, personId, ["password"]),
  );
  if (credential === undefined || !isNewPasswordAsked(credential)) return false;
  const pepper = pepperOf(installation, personId);
  return handles.passwords.verify(credential.secret.toString(), password.reveal(), pepper);
}

/** Whose link it is, and what their password must not be made of. */
export async function findWhose({
  tx,
  installation,
  link,
}: LinkAct): Promise<{ readonly personId: PersonId; readonly about: readonly string[] }> {
  const { personId } = link;
  const address = await findAddress(tx, installation, personId);
  return { personId, about: address === undefined ? [] : [address.email] };
}

/** The password, the end of all that the old one opened, and word of it. */
export async function setPassword(
  handles: IdentityHandles,
  { tx, installation, now }: LinkAct,
  {
    personId,
    phc,
    how,
    within,
  }: {
    readonly personId: PersonId;
    readonly phc: string;
    readonly how: "reset" | "recovery";
    readonly within?: WorkspaceId | undefined;
  },
): Promise<void> {
  await storePassword(tx, installation, { personId, phc, now });
  await deleteSessions(tx, installation, { personId });
  await endLinksOf(tx, installation, personId, { purposes: ["password_reset", "owner_recovery"], now });
  await recordForPerson(handles, tx, personId, {
    kind: "identity.password_changed",
    outcome: "success",
    detail: { how },
  });
  await mailPerson(handles, tx, installation, personId, {
    ...{ kind: "password_changed", within },
    facts: { at: now, how },
  });
}

async function storePassword(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, phc, now }: { readonly personId: PersonId; readonly phc: string; readonly now: Date },
): Promise<void> {
  const [credential] = await lockCredentials(tx, installation, personId, "password");
  if (credential === undefined) await insertPassword(tx, installation, { personId, phc, now });
  else await updateCredential(tx, installation, replacePassword(credential, phc));
}

/** Recorded, and thrown after the commit. */
async function refuse(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  personId: PersonId,
  verdict: Exclude<FactorVerdict, "accepted">,
): Promise<Refusal> {
  await recordForPerson(handles, tx, personId, {
    kind: "identity.factor_refused",
    actor: "anonymous",
    outcome: "refusal",
    detail: { reason: verdict, at: "password_reset" },
  });
  return new Refusal("forbidden", verdict === "replayed" ? "identity.code_used" : "identity.code_wrong");
}
