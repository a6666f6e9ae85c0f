import assert from "node:assert/strict";
import { test } from "node:test";
import type { KyselyPlugin } from "kysely";
import type { IdentityHandles } from "../../server/identity/handles.ts";
import { signIn } from "../../server/identity/sign-in.ts";
import { Secret } from "../../server/platform/secret.ts";
import { identityHouse, makeOwner, OWNER, VISITOR } from "../support/identity-house.ts";
import { refusalOf } from "../support/refusal-of.ts";

/**
 * The attacker: a stranger with a stop-watch, who wants to know which addresses have accounts. Wall time proves little
 * on a busy machine and fails at random, so the work itself is compared: hashes, statements and their order, and what
 * the log was told. Work that is the same takes the same time.
 */
interface Work {
  readonly outcome: string;
  readonly hashes: number;
  readonly statements: readonly string[];
}

/** The handles, and a list of all they do that takes time. */
function watched(handles: IdentityHandles): { handles: IdentityHandles; done: string[] } {
  const done: string[] = [];
  const watch: KyselyPlugin = {
    transformQuery({ node }) {
      const { kind } = node;
      done.push(kind === "RawNode" ? `raw ${node.sqlFragments.join("?").trim().slice(0, 40)}` : kind);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const { passwords } = handles;
  const verify: typeof passwords.verify = async (...given) => {
    done.push("hash");
    return passwords.verify(...given);
  };
  return {
    done,
    handles: { ...handles, db: handles.db.withPlugin(watch), passwords: { ...passwords, verify } },
  };
}

test("a wrong password costs the same hash and the same statements whether the account exists or not", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  const { handles, done } = watched(house.handles);
  const measure = async (email: string, n: number): Promise<Work> => {
    done.length = 0;
    const visitor = { ...VISITOR, address: `203.0.113.${n}` };
    const outcome = await refusalOf(
      signIn(handles, visitor, { email, password: new Secret("wrong horse battery") }),
    );
    return { outcome, hashes: done.filter((step) => step === "hash").length, statements: [...done] };
  };
  // The first of each kind may open caches: which account it was must not matter.
  await measure("first@shop.example", 200);

  const known: Work[] = [];
  const unknown: Work[] = [];
  for (let n = 1; n <= 15; n += 1) {
    known.push(await measure(OWNER.email, n));
    unknown.push(await measure(`nobody${n}@shop.example`, 100 + n));
    house.pass(120);
  }
  assert.deepEqual([...new Set(known.map(({ outcome }) => outcome))], ["identity.sign_in_refused"]);
  assert.deepEqual([...new Set(known.map(({ hashes }) => hashes))], [1]);
  assert.ok(known[0] !== undefined && known[0].statements.length > 5, "the watch sees them");
  assert.deepEqual(unknown, known);
  const told = (await house.events()).filter((event) => event === "identity.sign_in_refused refusal");
  assert.equal(told.length, 31, "and the log has as many of the one as of the other");
});
