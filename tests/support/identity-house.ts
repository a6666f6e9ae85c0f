import { randomBytes } from "node:crypto";
import pg from "pg";
import { openNetworkGate } from "../../server/access/network/network-gate.ts";
import { readDeviceApprovers } from "../../server/access/teams/device-approvers.ts";
import { openAuditLog } from "../../server/audit/audit-log.ts";
import { countRefusals } from "../../server/audit/counted-refusals.ts";
import type { AuditTables } from "../../server/audit/tables.ts";
import { createWorkspaceWithOwner } from "../../server/identity/create-workspace.ts";
import { openCountries } from "../../server/identity/devices/countries.ts";
import { findActor } from "../../server/identity/find-actor.ts";
import type { IdentityHandles, Visitor } from "../../server/identity/handles.ts";
import { relyingPartyOf } from "../../server/identity/passkeys/relying-party.ts";
import { openPasswords } from "../../server/identity/password.ts";
import { openPasswordStrength } from "../../server/identity/passwords/strength.ts";
import { Policies } from "../../server/identity/policy/policies.ts";
import { proveFactor } from "../../server/identity/prove-factor.ts";
import { signIn } from "../../server/identity/sign-in.ts";
import type { IdentityTables } from "../../server/identity/tables.ts";
import { totpCodeAt } from "../../server/identity/totp.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { openVault } from "../../server/vault/open-vault.ts";
import { LocalRootKey } from "../../server/vault/root-key.ts";
import type { VaultTables } from "../../server/vault/tables.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

type Tables = IdentityTables & VaultTables & AuditTables;

/** One for all houses of a process: its word lists are large. */
const strength = openPasswordStrength();

export const OWNER = {
  name: "Ana",
  email: "ana@shop.example",
  password: new Secret("correct horse battery"),
  language: "en",
} as const;
export const WORKSPACE = { name: "Shop", timeZone: "Asia/Dubai" };
export const VISITOR: Visitor = { address: "192.0.2.1", userAgent: "Test/1" };

export interface IdentityHouse extends AsyncDisposable {
  readonly handles: IdentityHandles;
  readonly database: TestDatabase<Tables>;
  readonly now: () => Date;
  /** Moves the clock on. */
  pass(seconds: number): void;
  /** Every event of a workspace's log, oldest first, as "kind outcome". */
  events(workspaceId?: WorkspaceId): Promise<string[]>;
  /** Runs SQL as a superuser: what a thief of the database could do. */
  asSuperuser(statement: string): Promise<object[]>;
}

/** People, vault and audit log over a real database, with a clock that stands still. */
export async function identityHouse(start = new Date("2026-11-23T10:00:00Z")): Promise<IdentityHouse> {
  const database = await testDatabase<Tables>();
  const { db } = database;
  let now = start;
  const clock = () => now;
  const vault = await openVault(
    narrow<VaultTables>(db),
    async () => new LocalRootKey("file", randomBytes(32)),
    { steadyMs: () => now.getTime() },
  );
  const people = {
    db: narrow<IdentityTables>(db),
    vault,
    audit: openAuditLog({ writer: newId<string>(), keyOf: async () => new Secret(Buffer.alloc(32, 7)) }),
    refusals: countRefusals(clock),
    clock,
  };
  const handles: IdentityHandles = {
    ...people,
    passwords: openPasswords(),
    strength,
    party: relyingPartyOf(new URL("https://localhost:8443")),
    policies: new Policies(people),
    countries: openCountries(),
    networks: openNetworkGate(people),
    readApprovers: readDeviceApprovers,
  };
  return {
    handles,
    database,
    now: clock,
    pass(seconds) {
      now = new Date(now.getTime() + seconds * 1000);
    },
    async events(workspaceId = INSTALLATION) {
      const rows = await inWorkspace(db, workspaceId, (tx) =>
        tx.selectFrom("audit_event").select(["kind", "outcome"]).orderBy("id").execute(),
      );
      return rows.map(({ kind, outcome }) => `${kind} ${outcome}`);
    },
    async asSuperuser(statement) {
      const client = new pg.Client(database.superuserUrl.reveal());
      await client.connect();
      try {
        return (await client.query(statement)).rows;
      } finally {
        await client.end();
      }
    },
    async [Symbol.asyncDispose]() {
      await vault[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** A workspace with its Owner, and what is needed to sign in as them. */
export async function makeOwner(house: IdentityHouse, owner: typeof OWNER | { email: string } = OWNER) {
  return createWorkspaceWithOwner(house.handles, {
    workspace: WORKSPACE,
    owner: { ...OWNER, ...owner },
    actor: "operator",
  });
}

/** Both steps. The clock moves on by 30 s first, since an authenticator's code counts once. */
export async function signInFully(
  house: IdentityHouse,
  given: { readonly email: string; readonly totpSecret: Secret<string> },
) {
  house.pass(30);
  const first = await signIn(house.handles, VISITOR, { email: given.email, password: OWNER.password });
  const half = await findActor(house.handles, first.token.reveal(), house.now());
  if (half === undefined) throw new Error("the password alone made no session");
  const totp = totpCodeAt(given.totpSecret, house.now());
  return proveFactor(house.handles, half, VISITOR, { totp });
}
