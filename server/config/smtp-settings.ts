import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { isInTheClear, type SmtpSettings } from "../mail/smtp.ts";
import { Secret } from "../platform/secret.ts";

/** "noreply@example.com" or "Wardroom <noreply@example.com>". */
const sender = z
  .string()
  .max(320)
  .regex(
    /^([^<>@"\r\n]{1,80} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    "is not an address, or NAME <ADDRESS>",
  );

/** One address that says it all, or its parts. */
export const smtpEnvironment = {
  WARDROOM_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s/]+\/?$/, "is not an smtp:// or smtps:// address")
    .refine((text) => URL.canParse(text), "is not an smtp:// or smtps:// address")
    .optional(),
  WARDROOM_SMTP_HOST: z.string().min(1).max(253).optional(),
  WARDROOM_SMTP_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  WARDROOM_SMTP_USER: z.string().min(1).optional(),
  WARDROOM_SMTP_PASSWORD: z.string().min(1).optional(),
  WARDROOM_SMTP_PASSWORD_FILE: z.string().refine(existsSync, "names a file that is not there").optional(),
  WARDROOM_MAIL_FROM: sender.optional(),
};

const environment = z.object(smtpEnvironment);
export type SmtpEnvironment = z.output<typeof environment>;

export function smtpContradictions(env: SmtpEnvironment): string[] {
  const isSet = (env.WARDROOM_SMTP_URL ?? env.WARDROOM_SMTP_HOST) !== undefined;
  const faults = env.WARDROOM_SMTP_URL === undefined ? partsContradictions(env) : besideUrl(env);
  return isSet === (env.WARDROOM_MAIL_FROM !== undefined)
    ? faults
    : [
        ...faults,
        "WARDROOM_MAIL_FROM goes with WARDROOM_SMTP_URL or WARDROOM_SMTP_HOST; one of them is missing",
      ];
}

function partsOf(env: SmtpEnvironment): Array<string | number | undefined> {
  const { WARDROOM_SMTP_PORT: port, WARDROOM_SMTP_USER: user } = env;
  return [port, user, env.WARDROOM_SMTP_PASSWORD, env.WARDROOM_SMTP_PASSWORD_FILE];
}

function besideUrl(env: SmtpEnvironment): string[] {
  return [env.WARDROOM_SMTP_HOST, ...partsOf(env)].every((part) => part === undefined)
    ? []
    : ["WARDROOM_SMTP_URL says all that the other WARDROOM_SMTP settings do; give the one or the others"];
}

function partsContradictions(env: SmtpEnvironment): string[] {
  const { WARDROOM_SMTP_PASSWORD: typed, WARDROOM_SMTP_PASSWORD_FILE: file } = env;
  if (env.WARDROOM_SMTP_HOST === undefined)
    return partsOf(env).every((part) => part === undefined)
      ? []
      : ["WARDROOM_SMTP_HOST is missing beside the other WARDROOM_SMTP settings"];
  if (typed !== undefined && file !== undefined)
    return ["WARDROOM_SMTP_PASSWORD and WARDROOM_SMTP_PASSWORD_FILE are both given"];
  return (env.WARDROOM_SMTP_USER === undefined) === ((typed ?? file) === undefined)
    ? []
    : ["WARDROOM_SMTP_USER and its password go together; one of them is missing"];
}

/** SMTP over TLS from the first byte (RFC 8314), and submission, where STARTTLS comes first (RFC 6409). */
const IMPLICIT_TLS_PORT = 465;
const SUBMISSION_PORT = 587;

export function smtpSettingsOf(env: SmtpEnvironment): SmtpSettings | undefined {
  const from = env.WARDROOM_MAIL_FROM;
  if (from === undefined) return undefined;
  if (env.WARDROOM_SMTP_URL !== undefined) return ofUrl(new URL(env.WARDROOM_SMTP_URL), from);
  const host = env.WARDROOM_SMTP_HOST;
  if (host === undefined) return undefined;
  const port = env.WARDROOM_SMTP_PORT ?? SUBMISSION_PORT;
  const password = env.WARDROOM_SMTP_PASSWORD ?? readPassword(env.WARDROOM_SMTP_PASSWORD_FILE);
  const user = env.WARDROOM_SMTP_USER;
  return {
    ...{ host, port, from, isImplicitTls: port === IMPLICIT_TLS_PORT },
    login:
      user === undefined || password === undefined ? undefined : { user, password: new Secret(password) },
  };
}

function ofUrl(url: URL, from: string): SmtpSettings {
  const isImplicitTls = url.protocol === "smtps:";
  const fallback = isImplicitTls ? IMPLICIT_TLS_PORT : SUBMISSION_PORT;
  const user = decodeURIComponent(url.username);
  return {
    ...{ host: url.hostname.replace(/^\[|\]$/g, ""), isImplicitTls, from },
    port: url.port === "" ? fallback : Number(url.port),
    login: user === "" ? undefined : { user, password: new Secret(decodeURIComponent(url.password)) },
  };
}

function readPassword(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(path, "utf8").trimEnd();
}

/** For doctor: in words, without the password. */
export function describeSmtp(settings: SmtpSettings): string {
  const { host, port, isImplicitTls } = settings;
  const tls = isImplicitTls ? "TLS" : isInTheClear(settings) ? "this machine" : "STARTTLS";
  return `${host}:${port} (${tls})`;
}
