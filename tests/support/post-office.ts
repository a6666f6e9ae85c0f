import { SMTPServer } from "smtp-server";
import { freePort } from "./free-port.ts";

/** A mail as a mail program would show it. */
export interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly messageId: string;
  readonly text: string;
  readonly html: string;
  readonly raw: string;
}

export interface PostOffice extends AsyncDisposable {
  readonly port: number;
  /** "smtp://127.0.0.1:PORT" */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** How many were taken in, refused ones not counted. */
  readonly tries: number;
  /** What the server says to the next recipients: their mail is refused with this code. */
  refuseWith(code: number | undefined): void;
  /** Waits for the next mail to this address that nobody has taken yet. */
  next(to: string, withinMs?: number): Promise<ReceivedMail>;
}

export interface PostOfficeOptions {
  readonly port?: number;
  /** TLS from the first byte, or offered by STARTTLS; without it there is none. */
  readonly tls?: {
    readonly begins: "at once" | "by STARTTLS";
    readonly key: string;
    readonly cert: string;
    readonly newest?: "TLSv1.1" | "TLSv1.2";
  };
  /** Who may send; anybody unless told. Asked for without TLS as well: what a client then says is its own fault. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** A real SMTP server on this machine's loopback that keeps what it gets. */
export async function openPostOffice(options: PostOfficeOptions = {}): Promise<PostOffice> {
  const { port, tls, login } = options;
  const mails: ReceivedMail[] = [];
  const taken = new Set<ReceivedMail>();
  let tries = 0;
  let refusal: number | undefined;
  const disabledCommands = [
    ...(tls?.begins === "by STARTTLS" ? [] : ["STARTTLS"]),
    ...(login === undefined ? ["AUTH"] : []),
  ];
  const server = new SMTPServer({
    ...{ authOptional: login === undefined, disabledCommands, logger: false, allowInsecureAuth: true },
    // One that broke off within a handshake would be waited for.
    closeTimeout: 200,
    ...(tls === undefined ? {} : { secure: tls.begins === "at once", key: tls.key, cert: tls.cert }),
    ...(tls?.newest === undefined ? {} : oldTls(tls.newest)),
    onAuth({ username, password }, _session, done) {
      if (username === login?.user && password === login?.password) return done(null, { user: username });
      done(Object.assign(new Error("no"), { responseCode: 535 }));
    },
    onRcptTo(_address, _session, done) {
      tries += 1;
      if (refusal === undefined) return done();
      done(Object.assign(new Error("no"), { responseCode: refusal }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("latin1");
        for (const { address } of session.envelope.rcptTo) mails.push(readMail(address, raw));
        done();
      });
    },
  });
  const at = port ?? (await freePort());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at, "127.0.0.1", () => resolve());
  });
  // A client that hangs up over our certificate is what some tests are about.
  server.on("error", () => undefined);
  return {
    port: at,
    url: `smtp://127.0.0.1:${at}`,
    mails,
    get tries() {
      return tries;
    },
    refuseWith(code) {
      refusal = code;
    },
    async next(to, withinMs = 10_000) {
      for (const until = performance.now() + withinMs; performance.now() < until; ) {
        const found = mails.find((mail) => mail.to === to && !taken.has(mail));
        if (found !== undefined) {
          taken.add(found);
          return found;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`no mail came to ${to}; there are ${mails.length} others`);
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** A server that has not been renewed for long: nothing newer, and the ciphers of that time. */
const oldTls = (maxVersion: "TLSv1.1" | "TLSv1.2") => ({
  ...{ minVersion: "TLSv1" as const, maxVersion, ciphers: "DEFAULT@SECLEVEL=0" },
});

/** The token behind the first link. */
export function tokenIn(mail: Pick<ReceivedMail, "text">): string {
  const token = /https:\/\/\S+#([A-Za-z0-9_-]+)/.exec(mail.text)?.[1];
  if (token === undefined) throw new Error(`no link in: ${mail.text}`);
  return token;
}

function readMail(to: string, raw: string): ReceivedMail {
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  const boundary = /boundary="([^"]+)"/.exec(head)?.[1] ?? "";
  const parts = rest.join("\r\n\r\n").split(`--${boundary}`);
  return {
    to,
    raw,
    subject: decodeWords(header(head, "Subject")),
    messageId: header(head, "Message-ID"),
    text: decodePart(parts.find((part) => part.includes("text/plain"))),
    html: decodePart(parts.find((part) => part.includes("text/html"))),
  };
}

function header(head: string, name: string): string {
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, " ");
  return new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1] ?? "";
}

/** RFC 2047. */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?= =\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
      how.toUpperCase() === "B"
        ? Buffer.from(word, "base64").toString("latin1")
        : unquote(word.replaceAll("_", " ")),
    )
    .replace(/[\s\S]*/, (bytes) => Buffer.from(bytes, "latin1").toString("utf8"));
}

function decodePart(part: string | undefined): string {
  if (part === undefined) return "";
  const [head = "", ...rest] = part.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n").trim();
  if (/base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  const bytes = /quoted-printable/i.test(head) ? unquote(body.replaceAll("=\r\n", "")) : body;
  return Buffer.from(bytes, "latin1").toString("utf8");
}

function unquote(text: string): string {
  return text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
