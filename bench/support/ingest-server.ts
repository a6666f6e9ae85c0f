import { compose } from "../../server/compose.ts";
import { readConfig } from "../../server/config/config.ts";
import { createWorkspaceWithOwner } from "../../server/identity/create-workspace.ts";
import { listWorkspaceIds } from "../../server/identity/describe-workspace.ts";
import { openLog } from "../../server/platform/log.ts";
import { Secret } from "../../server/platform/secret.ts";
import { type Seed, seed } from "./ingest-seed.ts";
import { type Answered, type Verified, verify } from "./ingest-verify.ts";

/** What a bench asks of the Wardroom under test, and what that says. */
export type ServerOrder =
  | { readonly kind: "seed"; readonly seed: Seed }
  | { readonly kind: "verify"; readonly answered: Answered }
  | { readonly kind: "stop" };

export type ServerReport =
  | { readonly kind: "ready"; readonly port: number; readonly authority: string }
  | { readonly kind: "seeded" }
  | { readonly kind: "verified"; readonly verified: Verified };

/** A whole Wardroom as `wardroom start` runs it, on the settings of its environment, with ears for the bench. */
const config = readConfig(process.env);
const wardroom = await compose({ config, log: openLog(config.logLevel) });
tell({ kind: "ready", port: wardroom.port, authority: wardroom.authority?.certificate ?? "" });

process.on("message", (order: ServerOrder) => {
  void obey(order);
});

async function obey(order: ServerOrder): Promise<void> {
  if (order.kind === "stop") {
    await wardroom[Symbol.asyncDispose]();
    process.disconnect();
  } else if (order.kind === "seed") {
    await seed(wardroom, await getWorkspaceId(), order.seed);
    tell({ kind: "seeded" });
  } else {
    const verified = await verify(wardroom.foundation, await getWorkspaceId(), order.answered);
    tell({ kind: "verified", verified });
  }
}

async function getWorkspaceId() {
  const [known] = await listWorkspaceIds(wardroom.rooms.identity);
  if (known !== undefined) return known;
  const { workspaceId } = await createWorkspaceWithOwner(wardroom.rooms.identity, {
    workspace: { name: "Bench", timeZone: "Asia/Dubai" },
    owner: {
      ...{ name: "Huda Salem", email: "huda@marsahome.example", language: "en" },
      password: new Secret("correct horse battery"),
    },
    actor: "operator",
  });
  return workspaceId;
}

function tell(report: ServerReport): void {
  process.send?.(report);
}
