import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { type Config, readConfig } from "../server/config/config.ts";
import { openLog } from "../server/platform/log.ts";
import { StartFault } from "../server/platform/start-fault.ts";
import { askServer } from "./ask-server.ts";
import { takeEnvironment } from "./environment.ts";
import { type SetUpInput, type SetUpResult, setUp, setUpInput } from "./set-up.ts";

/** `wardroom setup`: asks the server that runs, or brings one up for as long as it takes. */
export async function runSetup(args: readonly string[]): Promise<number> {
  const environment = takeEnvironment(false);
  const config = readConfig(environment);
  const { input, password } = readInput(args, environment);
  const result = (await askServer(config, "setup", input)) ?? (await setUpAlone(config, input));
  const shown = { ok: true, ...(result as SetUpResult), ...(password === undefined ? {} : { password }) };
  if (args.includes("--json")) console.log(JSON.stringify(shown));
  else print(shown);
  return 0;
}

function readInput(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { input: SetUpInput; password: string | undefined } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workspace: { type: "string" },
      owner: { type: "string" },
      email: { type: "string" },
      "time-zone": { type: "string", default: Intl.DateTimeFormat().resolvedOptions().timeZone },
      language: { type: "string", default: "en" },
      number: { type: "string", default: "simulator" },
      json: { type: "boolean" },
    },
  });
  const made =
    environment["WARDROOM_OWNER_PASSWORD"] === undefined ? randomBytes(18).toString("base64url") : undefined;
  const parsed = setUpInput.safeParse({
    workspace: { name: values.workspace, timeZone: values["time-zone"] },
    owner: {
      name: values.owner,
      email: values.email,
      password: made ?? environment["WARDROOM_OWNER_PASSWORD"],
      language: values.language,
    },
    number: values.number === "meta" ? metaNumber(environment) : { host: values.number },
  });
  if (parsed.success) return { input: parsed.data, password: made };
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new StartFault(
    `The set-up lacks something:\n${faults.join("\n")}`,
    "wardroom setup --help lists what it takes.",
  );
}

function metaNumber(environment: Readonly<Record<string, string | undefined>>): object {
  return {
    host: "meta",
    appId: environment["WARDROOM_META_APP_ID"],
    appSecret: environment["WARDROOM_META_APP_SECRET"],
    accessToken: environment["WARDROOM_META_ACCESS_TOKEN"],
    wabaId: environment["WARDROOM_META_WABA_ID"],
    phoneNumberId: environment["WARDROOM_META_PHONE_NUMBER_ID"],
  };
}

/** No server runs: one is brought up for as long as the set-up takes, because a number's host calls it back. */
async function setUpAlone(config: Config, input: SetUpInput): Promise<SetUpResult> {
  const { compose } = await import("../server/compose.ts");
  await using wardroom = await compose({ config, log: openLog("error") });
  return await setUp(wardroom, config, input);
}

function print(result: SetUpResult & { password?: string }): void {
  console.log(`Workspace ${result.workspaceId} is ready at ${result.url}`);
  console.log(`  E-mail:         ${result.owner.email}`);
  if (result.password !== undefined) console.log(`  Password:       ${result.password}`);
  console.log(`  Authenticator:  ${result.owner.totpSecret}`);
  console.log(`  Recovery codes: ${result.owner.recoveryCodes.join("  ")}`);
  if (result.number !== null)
    console.log(`  Number:         ${result.number.displayPhoneNumber} (${result.number.host})`);
  console.log("These are shown once.");
}
