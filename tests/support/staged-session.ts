import { randomBytes, randomUUID } from "node:crypto";
import type { MemberId, PersonId } from "../../server/identity/actor.ts";
import { insertSession, type NewSession } from "../../server/identity/session.ts";
import { inWorkspace } from "../../server/platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../server/platform/ids.ts";
import { asSuperuser } from "./attack-rig.ts";
import type { RunningWardroom } from "./running-wardroom.ts";
import { openSession, type TestSession } from "./test-session.ts";

export type StagedAs = "enrol" | "device" | "binding" | "network";

/** A session that stands in a stage from its beginning, without a sign-in and its hash of a password. */
export async function stagedSession(
  { wardroom, database, made }: Pick<RunningWardroom, "wardroom" | "database" | "made">,
  { memberId, stage, now }: { readonly memberId: string; readonly stage: StagedAs; readonly now: Date },
): Promise<TestSession> {
  const { db, vault } = wardroom.rooms.identity;
  const { rows } = await asSuperuser({ database }, (client) =>
    client.query("select person_id from identity_member where id = $1", [memberId]),
  );
  const installation = await vault.openWorkspace(INSTALLATION);
  const { token } = await inWorkspace(db, INSTALLATION, (tx) =>
    insertSession(tx, installation, {
      workspaceId: made.workspaceId as WorkspaceId,
      memberId: memberId as MemberId,
      personId: rows[0].person_id as PersonId,
      ...{ userAgent: undefined, now },
      ...lacking(stage, now),
    }),
  );
  const session = openSession(wardroom);
  session.cookies.set("__Host-wr-session", token.reveal());
  return session;
}

function lacking(stage: StagedAs, now: Date): Pick<NewSession, "pending" | "method" | "place" | "binding"> {
  const whole = { pending: null, method: "totp" } as const;
  switch (stage) {
    case "enrol":
      return { pending: "enrol", method: null };
    case "device":
      return { pending: "device", method: "totp" };
    case "binding": {
      // Its browser has shown the short cookie a minute ago, and this one does not.
      const at = new Date(now.getTime() - 60_000);
      return { ...whole, binding: { id: randomUUID(), key: randomBytes(91), boundAt: at, shownAt: at } };
    }
    case "network": {
      // It was begun on a device whose token does not come along.
      const place = { deviceId: null, deviceHash: randomBytes(32), networkHash: null, countryHash: null };
      return { ...whole, place };
    }
  }
}
