import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { SmtpSettings } from "../mail/smtp.ts";
import type { LogLevel } from "../platform/log.ts";
import { Secret } from "../platform/secret.ts";
import { StartFault } from "../platform/start-fault.ts";
import { smtpContradictions, smtpEnvironment, smtpSettingsOf } from "./smtp-settings.ts";

/** The settings, checked. docs/operating.md has the one table of them. */
export interface Config {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: URL;
  /** Whether WARDROOM_PUBLIC_URL was given, or follows from the port. */
  readonly publicUrlGiven: boolean;
  readonly tls: { readonly certificatePath: string; readonly keyPath: string } | undefined;
  /** Addresses or networks whose X-Forwarded-For we believe. */
  readonly trustedProxies: readonly string[];
  /** With a passphrase the file holds the key sealed under it. */
  readonly rootKey: { readonly file: string; readonly passphrase: Secret<string> | undefined };
  /** Undefined: the built-in PostgreSQL. */
  readonly database: DatabaseUrls | undefined;
  readonly simulatorPort: number;
  /** A simulator in a process of its own, used instead of the built-in one. */
  readonly otherSimulator: { readonly controlUrl: string; readonly token: Secret<string> } | undefined;
  /** How mail leaves; undefined: none does. */
  readonly smtp: SmtpSettings | undefined;
  /** Undefined: /metrics answers this machine only. */
  readonly metricsToken: Secret<string> | undefined;
  readonly logLevel: LogLevel;
}

export interface DatabaseUrls {
  readonly app: Secret<string>;
  readonly owner: Secret<string>;
}

const port = z.coerce.number().int().min(1).max(65_535);
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/, "is not a postgres:// address");
const file = z.string().refine(existsSync, "names a file that is not there");

const environment = z.object({
  WARDROOM_DATA_DIR: z.string().min(1).optional(),
  WARDROOM_HOST: z
    .union([z.ipv4(), z.ipv6(), z.literal("localhost")], "is not an address to listen on")
    .default("127.0.0.1"),
  WARDROOM_PORT: port.default(8443),
  WARDROOM_PUBLIC_URL: z.url({ protocol: /^https$/, error: "is not an https:// address" }).optional(),
  WARDROOM_TLS_CERT: file.optional(),
  WARDROOM_TLS_KEY: file.optional(),
  WARDROOM_TRUSTED_PROXIES: z
    .string()
    .transform((list) =>
      list
        .split(",")
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ""),
    )
    .pipe(
      z.array(
        z.union(
          [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
          "holds something that is no address or network",
        ),
      ),
    )
    .default([]),
  WARDROOM_ROOT_KEY_FILE: z.string().min(1).optional(),
  WARDROOM_ROOT_KEY_PROVIDER: z.enum(["file", "passphrase"]).default("file"),
  WARDROOM_ROOT_KEY_PASSPHRASE: z.string().min(14, "is shorter than 14 characters").optional(),
  DATABASE_URL: postgresUrl.optional(),
  WARDROOM_OWNER_DATABASE_URL: postgresUrl.optional(),
  WARDROOM_SIMULATOR_PORT: port.default(8444),
  WARDROOM_SIMULATOR_CONTROL_URL: z
    .string()
    .regex(/^http:\/\/(127\.0\.0\.1|localhost):\d+\/?$/, "is not an http:// address of this machine")
    .optional(),
  WARDROOM_SIMULATOR_CONTROL_TOKEN: z.string().min(16, "is shorter than 16 characters").optional(),
  ...smtpEnvironment,
  WARDROOM_METRICS_TOKEN: z.string().min(16, "is shorter than 16 characters").optional(),
  WARDROOM_LOG_LEVEL: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
});

type Environment = z.output<typeof environment>;

/** Reads the settings. All that is wrong is reported together, in one StartFault. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environment.safeParse(set);
  const faults = parsed.success ? contradictions(parsed.data) : parsed.error.issues.map(describeIssue);
  if (!parsed.success || faults.length > 0) {
    throw new StartFault(
      `${faults.length === 1 ? "A setting is" : `${faults.length} settings are`} wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
      "Correct the environment and start again; docs/operating.md lists every setting.",
    );
  }
  return configOf(parsed.data);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path[0] === undefined ? "" : String(issue.path[0])} ${issue.message}`;
}

function contradictions(env: Environment): string[] {
  const faults: string[] = [];
  if ((env.WARDROOM_TLS_CERT === undefined) !== (env.WARDROOM_TLS_KEY === undefined)) {
    faults.push("WARDROOM_TLS_CERT and WARDROOM_TLS_KEY go together; one of them is missing");
  }
  if ((env.DATABASE_URL === undefined) !== (env.WARDROOM_OWNER_DATABASE_URL === undefined)) {
    faults.push("DATABASE_URL and WARDROOM_OWNER_DATABASE_URL go together; one of them is missing");
  }
  if (
    (env.WARDROOM_ROOT_KEY_PROVIDER === "passphrase") !==
    (env.WARDROOM_ROOT_KEY_PASSPHRASE !== undefined)
  ) {
    faults.push(
      "WARDROOM_ROOT_KEY_PASSPHRASE goes with WARDROOM_ROOT_KEY_PROVIDER=passphrase, and only with it",
    );
  }
  if (
    (env.WARDROOM_SIMULATOR_CONTROL_URL === undefined) !==
    (env.WARDROOM_SIMULATOR_CONTROL_TOKEN === undefined)
  ) {
    faults.push(
      "WARDROOM_SIMULATOR_CONTROL_URL and WARDROOM_SIMULATOR_CONTROL_TOKEN go together; one of them is missing",
    );
  }
  if (env.WARDROOM_SIMULATOR_PORT === env.WARDROOM_PORT)
    faults.push("WARDROOM_SIMULATOR_PORT is the same as WARDROOM_PORT");
  return [...faults, ...smtpContradictions(env)];
}

function configOf(env: Environment): Config {
  const dataDir = resolve(env.WARDROOM_DATA_DIR ?? defaultDataDir());
  const publicUrl = new URL(env.WARDROOM_PUBLIC_URL ?? `https://localhost:${env.WARDROOM_PORT}`);
  return {
    dataDir,
    host: env.WARDROOM_HOST,
    port: env.WARDROOM_PORT,
    publicUrl,
    publicUrlGiven: env.WARDROOM_PUBLIC_URL !== undefined,
    tls:
      env.WARDROOM_TLS_CERT === undefined || env.WARDROOM_TLS_KEY === undefined
        ? undefined
        : { certificatePath: env.WARDROOM_TLS_CERT, keyPath: env.WARDROOM_TLS_KEY },
    trustedProxies: env.WARDROOM_TRUSTED_PROXIES,
    rootKey: {
      file: resolve(env.WARDROOM_ROOT_KEY_FILE ?? defaultRootKeyFile(dataDir)),
      passphrase:
        env.WARDROOM_ROOT_KEY_PASSPHRASE === undefined
          ? undefined
          : new Secret(env.WARDROOM_ROOT_KEY_PASSPHRASE),
    },
    database:
      env.DATABASE_URL === undefined || env.WARDROOM_OWNER_DATABASE_URL === undefined
        ? undefined
        : { app: new Secret(env.DATABASE_URL), owner: new Secret(env.WARDROOM_OWNER_DATABASE_URL) },
    simulatorPort: env.WARDROOM_SIMULATOR_PORT,
    otherSimulator:
      env.WARDROOM_SIMULATOR_CONTROL_URL === undefined || env.WARDROOM_SIMULATOR_CONTROL_TOKEN === undefined
        ? undefined
        : {
            controlUrl: env.WARDROOM_SIMULATOR_CONTROL_URL,
            token: new Secret(env.WARDROOM_SIMULATOR_CONTROL_TOKEN),
          },
    smtp: smtpSettingsOf(env),
    metricsToken:
      env.WARDROOM_METRICS_TOKEN === undefined ? undefined : new Secret(env.WARDROOM_METRICS_TOKEN),
    logLevel: env.WARDROOM_LOG_LEVEL,
  };
}

/** As root the database runs under an account of its own, which has to reach the folder. */
function defaultDataDir(): string {
  return process.getuid?.() === 0 ? "/var/lib/wardroom" : "data";
}

/**
 * Outside the data folder, so that who copies the folder copies no key. Named after the folder, so that two of them on
 * one machine do not share one.
 */
function defaultRootKeyFile(dataDir: string): string {
  const name = dataDir.replaceAll(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  if (process.getuid?.() === 0) return `/etc/wardroom/${name}.key`;
  return join(homedir(), ".config/wardroom", `${name}.key`);
}
