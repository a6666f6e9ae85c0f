import { request } from "node:https";

/**
 * Ends with 0 when Wardroom on this machine says it is alive. Asked over loopback, so the certificate proves nothing
 * and is not checked; nothing is sent that would need it.
 */
const check = request(
  {
    host: "127.0.0.1",
    port: process.env.WARDROOM_PORT ?? "8443",
    path: "/healthz",
    rejectUnauthorized: false,
    timeout: 4_000,
  },
  (reply) => process.exit(reply.statusCode === 200 ? 0 : 1),
);
check.on("timeout", () => process.exit(1));
check.on("error", () => process.exit(1));
check.end();
