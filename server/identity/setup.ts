import { timingSafeEqual } from "node:crypto";
import type { Selectable } from "kysely";
import { type Db, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { countAttempt, countedForToken } from "./attempts.ts";
import { lockSetup } from "./create-workspace.ts";
import { type Enrolment, offerEnrolment } from "./enrolment.ts";
import { type IdentityHandles, record, recordRefusal, type Visitor } from "./handles.ts";
import { foldCode, randomCode, randomToken } from "./random-code.ts";
import type { IdentityTables } from "./tables.ts";

/** How long the code in the terminal waits, and then the set-up it opened, in ms (issue 2, "What a newcomer gets"). */
const SETUP_MS = 30 * 60 * 1000;

/** Wrong codes before a new one must be printed. Ours: hopeless at 60 bits, and it ends a guessing stranger. */
const MAX_ATTEMPTS = 20;

/**
 * A one-time code for whoever sees the terminal, e.g. "k4m2-p9xw-7tqd": 60 random bits, 30 minutes, once. Replaces
 * the one before. A set-up that a browser has open already goes on.
 */
export async function issueSetupCode(handles: IdentityHandles): Promise<Secret<string>> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const code = randomCode(3, 4);
  const values = {
    code_hash: hashOf(installation, "code", foldCode(code.reveal())),
    code_expires_at: new Date(handles.clock().getTime() + SETUP_MS),
    attempts: 0,
  };
  await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    await lockSetup(tx);
    await requireSetupNeeded(tx);
    await tx
      .insertInto("identity_setup")
      .values({ id: 1, ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute();
    await record(handles, tx, INSTALLATION, {
      kind: "identity.setup_code_issued",
      actor: "operator",
      subject: "installation",
      outcome: "success",
    });
  });
  return code;
}

/** Trades the code for a set-up session. A wrong, spent or superseded code is one answer. */
export async function openSetup(
  handles: IdentityHandles,
  visitor: Visitor,
  code: string,
): Promise<{ readonly token: Secret<string>; readonly expiresAt: Date }> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await countAttempt(handles.db, countedForToken(installation, "setup", visitor.address), handles.clock());
  const result = await inWorkspace(handles.db, INSTALLATION, (tx) =>
    tradeCode(handles, tx, installation, code),
  );
  if (result instanceof Refusal) {
    const subject = "installation";
    await recordRefusal(handles, visitor.address, {
      kind: "identity.setup_refused",
      subject,
      reason: result.code,
    });
    throw result;
  }
  return result;
}

async function tradeCode(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  code: string,
) {
  const now = handles.clock();
  await lockSetup(tx);
  await requireSetupNeeded(tx);
  const setup = await findSetup(tx);
  const verdict = decideCode(setup, hashOf(installation, "code", foldCode(code)), now);
  if (verdict !== "open") {
    await tx
      .updateTable("identity_setup")
      .set({ attempts: (setup?.attempts ?? 0) + 1 })
      .execute();
    return new Refusal("forbidden", verdict);
  }
  const token = randomToken();
  const expiresAt = new Date(now.getTime() + SETUP_MS);
  await tx
    .updateTable("identity_setup")
    .set({
      code_hash: null,
      code_expires_at: null,
      session_hash: hashOf(installation, "session", token.reveal()),
      session_expires_at: expiresAt,
    })
    .execute();
  await record(handles, tx, INSTALLATION, {
    kind: "identity.setup_opened",
    actor: "anonymous",
    subject: "installation",
    outcome: "success",
  });
  return { token, expiresAt };
}

/** A second factor for the Owner. */
export async function enrolOwner(
  handles: IdentityHandles,
  given: { readonly setupToken: string | undefined; readonly email: string },
): Promise<Enrolment> {
  await requireSetupSession(handles, handles.db, given.setupToken);
  return offerEnrolment(handles, { purpose: "setup", email: given.email });
}

/** Whether there is no workspace yet. */
export async function isSetupNeeded(db: Db<IdentityTables>): Promise<boolean> {
  const route = await db
    .selectFrom("identity_workspace_route")
    .select("workspace_id")
    .limit(1)
    .executeTakeFirst();
  return route === undefined;
}

/** Whether `token` holds the set-up of an installation that still needs one. */
export async function isSetupSession(
  { vault, clock }: Pick<IdentityHandles, "vault" | "clock">,
  db: Db<IdentityTables>,
  token: string | undefined,
): Promise<boolean> {
  if (token === undefined) return false;
  const installation = await vault.openWorkspace(INSTALLATION);
  const now = clock();
  const setup = await findSetup(db);
  if (setup === undefined || !isEqual(setup.session_hash, hashOf(installation, "session", token)))
    return false;
  if ((setup.session_expires_at ?? now) <= now) return false;
  return isSetupNeeded(db);
}

/** Refuses without a set-up session; inside a transaction that holds lockSetup the answer stays true. */
export async function requireSetupSession(
  handles: Pick<IdentityHandles, "vault" | "clock">,
  db: Db<IdentityTables>,
  token: string | undefined,
): Promise<void> {
  await requireSetupNeeded(db);
  if (!(await isSetupSession(handles, db, token)))
    throw new Refusal("unauthenticated", "identity.setup_session_required");
}

async function requireSetupNeeded(db: Db<IdentityTables>): Promise<void> {
  if (!(await isSetupNeeded(db))) throw new Refusal("conflict", "identity.already_set_up");
}

type Setup = Selectable<IdentityTables["identity_setup"]>;

async function findSetup(db: Db<IdentityTables>): Promise<Setup | undefined> {
  return db
    .selectFrom("identity_setup")
    .select(["id", "code_hash", "code_expires_at", "session_hash", "session_expires_at", "attempts"])
    .executeTakeFirst();
}

/** That a code is late is told only to who knows it. */
function decideCode(
  setup: Setup | undefined,
  codeHash: Buffer,
  now: Date,
): "open" | "identity.setup_code_refused" | "identity.setup_code_expired" {
  if (setup === undefined || setup.attempts >= MAX_ATTEMPTS) return "identity.setup_code_refused";
  if (!isEqual(setup.code_hash, codeHash)) return "identity.setup_code_refused";
  return (setup.code_expires_at ?? now) > now ? "open" : "identity.setup_code_expired";
}

/** Keyed: whoever can write the row still cannot write one whose code or token they know. */
function hashOf(installation: WorkspaceVault, use: "code" | "session", value: string): Buffer {
  return installation.hash("token", `setup-${use}:${value}`);
}

function isEqual(stored: Buffer | null, given: Buffer): boolean {
  return stored !== null && stored.length === given.length && timingSafeEqual(stored, given);
}
