import { setUp } from "../../cli/set-up.ts";
import { compose } from "../../server/compose.ts";
import { readConfig } from "../../server/config/config.ts";
import { createWorkspaceWithOwner } from "../../server/identity/create-workspace.ts";
import { openLog } from "../../server/platform/log.ts";
import { Secret } from "../../server/platform/secret.ts";

/** A whole Wardroom with the built-in PostgreSQL, and so many people who may sign in. */
export interface SignInServerReport {
  readonly kind: "ready";
  readonly port: number;
  /** PEM. */
  readonly authority: string;
  readonly password: string;
  readonly people: ReadonlyArray<{ readonly email: string; readonly totpSecret: string }>;
}

/** Of an installation that is thrown away. */
const PASSWORD = "correct horse battery";

const people = Number(process.env["BENCH_PEOPLE"]);
const config = readConfig({ ...process.env, WARDROOM_LOG_LEVEL: "warn" });
await using wardroom = await compose({ config, log: openLog("warn"), consoleDist: undefined });
await setUp(wardroom, config, {
  workspace: { name: "Marsa Home", timeZone: "Asia/Dubai" },
  owner: { name: "Huda Salem", email: "huda@marsahome.example", password: PASSWORD, language: "en" },
  number: { host: "none" },
});
const logins: Array<{ email: string; totpSecret: string }> = [];
for (let n = 0; n < people; n += 1) {
  const email = `person${n}@marsahome.example`;
  const person = { name: `Person ${n}`, email, password: new Secret(PASSWORD), language: "en" as const };
  const workspace = { name: `Shop ${n}`, timeZone: "Asia/Dubai" };
  const given = { workspace, owner: person, actor: "operator" };
  const { totpSecret } = await createWorkspaceWithOwner(wardroom.rooms.identity, given);
  logins.push({ email, totpSecret: totpSecret.reveal() });
}
const report: SignInServerReport = {
  ...{ kind: "ready", port: wardroom.port, password: PASSWORD, people: logins },
  authority: wardroom.authority?.certificate ?? "",
};
process.send?.(report);
await new Promise<void>((resolve) => {
  process.once("SIGTERM", () => resolve());
  // A bench that failed leaves no server behind.
  process.once("disconnect", () => resolve());
});
if (process.connected) process.disconnect?.();
