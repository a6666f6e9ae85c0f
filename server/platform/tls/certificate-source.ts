import type { Server } from "node:tls";
import type { CertificateSource, ServerCertificate } from "./certificate.ts";

/**
 * Asks `read` again every `intervalMs` and shows what it returns. `read` returns the certificate it was given when
 * there is nothing new, and must not throw: a server keeps the certificate it has.
 */
export function watchCertificate(
  first: ServerCertificate,
  intervalMs: number,
  read: (current: ServerCertificate) => Promise<ServerCertificate>,
): CertificateSource {
  const servers = new Set<Server>();
  let current = first;
  let isReading = false;

  async function refresh(): Promise<void> {
    if (isReading) return;
    isReading = true;
    const next = await read(current);
    isReading = false;
    if (next === current) return;
    current = next;
    for (const server of servers) show(server, next);
  }
  const timer = setInterval(() => void refresh(), intervalMs);
  timer.unref();

  return {
    get current() {
      return current;
    },
    serve(server) {
      servers.add(server);
      server.once("close", () => servers.delete(server));
      show(server, current);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      servers.clear();
    },
  };
}

/** Connections that stand keep what they agreed on; the next one sees the new certificate. */
function show(server: Server, { certificate, key }: ServerCertificate): void {
  server.setSecureContext({ cert: certificate, key: key.reveal(), minVersion: "TLSv1.3" });
}
