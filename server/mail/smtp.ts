import { createTransport, type Transporter } from "nodemailer";
import type { Secret } from "../platform/secret.ts";

/** How mail leaves, as the settings say. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS is required, but where `isInTheClear`. */
  readonly isImplicitTls: boolean;
  readonly login: { readonly user: string; readonly password: Secret<string> } | undefined;
  /** "Wardroom <noreply@example.com>" */
  readonly from: string;
  /** Whose certificates count, PEM; the ones that Node knows unless given. */
  readonly ca?: string | undefined;
}

export interface OutgoingMail {
  /** The same for every try, so that a receiver who got it twice can tell. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: string;
}

/** "permanent": this recipient will never get it. "transient": try again. */
export type SendVerdict = "sent" | "permanent" | "transient";

export interface Mailer extends Disposable {
  send(mail: OutgoingMail): Promise<{ readonly verdict: SendVerdict; readonly reason: string }>;
  /** Connects, secures and logs in, and sends nothing. */
  verify(): Promise<{ readonly ok: boolean; readonly reason: string }>;
}

/** How long the server may take to connect and greet, and between two answers, in ms. Ours. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 30_000;

/** RFC 5321 addresses of this machine: what is sent there crosses no network. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Whether mail goes without TLS: to a relay on this machine's own loopback that wants no password. */
export function isInTheClear({
  host,
  isImplicitTls,
  login,
}: Pick<SmtpSettings, "host" | "isImplicitTls" | "login">): boolean {
  return !isImplicitTls && login === undefined && LOOPBACK.test(host);
}

/**
 * A way out over SMTP. Anywhere else than where `isInTheClear` TLS is required and never merely tried, the certificate
 * has to be the host's, and TLS 1.2 is the least (many relays have no 1.3 yet): where one of these is missing nothing is
 * said but EHLO, no password and no mail. Nothing is read from files or addresses that a mail names.
 */
export function openMailer(settings: SmtpSettings): Mailer {
  const { port, isImplicitTls, login, from, ca } = settings;
  const isOpen = isInTheClear(settings);
  // The library asks a DNS server for every name, and this one must not lead away from here.
  const host = isOpen && settings.host.toLowerCase() === "localhost" ? "127.0.0.1" : settings.host;
  const transport: Transporter = createTransport({
    ...{ host, port, secure: isImplicitTls, requireTLS: !isImplicitTls && !isOpen, ignoreTLS: isOpen },
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: ANSWER_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true, logger: false },
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password.reveal() } }),
    tls: { minVersion: "TLSv1.2", rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
  });
  return {
    async send({ messageId, to, subject, text, html, language }) {
      try {
        await transport.sendMail({
          ...{ from, to: { name: "", address: to }, subject, text, html, messageId },
          headers: {
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": language,
          },
        });
        return { verdict: "sent", reason: "accepted" };
      } catch (error) {
        return verdictOf(error);
      }
    },
    async verify() {
      try {
        await transport.verify();
        return { ok: true, reason: "accepted" };
      } catch (error) {
        return { ok: false, reason: verdictOf(error).reason };
      }
    },
    [Symbol.dispose]: () => transport.close(),
  };
}

/** The commands whose 5xx is about this mail. Of a greeting or a login it is about us, and may be mended. */
const ABOUT_THE_MAIL = new Set(["MAIL FROM", "RCPT TO", "DATA"]);

/** What went wrong as a code without words: the server's own may repeat the address. */
function verdictOf(error: unknown): { verdict: "permanent" | "transient"; reason: string } {
  const { code, responseCode, command } = error as {
    code?: string;
    responseCode?: number;
    command?: string;
  };
  const status = typeof responseCode === "number" ? `smtp_${responseCode}` : undefined;
  const reason = (status ?? code ?? "unknown").toLowerCase();
  const isPermanent = (responseCode ?? 0) >= 500 && ABOUT_THE_MAIL.has(command ?? "");
  // An address that cannot be written on an envelope never gets as far as the server.
  const isNoAddress = code === "EENVELOPE" && responseCode === undefined;
  return { verdict: isPermanent || isNoAddress ? "permanent" : "transient", reason };
}
