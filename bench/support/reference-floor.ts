import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ReferenceOrder, ReferenceReport } from "./reference.ts";

/** The floor: what TLS, HTTP, the signature and JSON.parse cost when nothing is kept. */
process.once("message", ({ certificate, key, appSecret }: ReferenceOrder) => {
  const server = createServer({ cert: certificate, key, minVersion: "TLSv1.3" }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const given = Buffer.from(
        String(request.headers["x-hub-signature-256"]).slice("sha256=".length),
        "hex",
      );
      const expected = createHmac("sha256", appSecret).update(body).digest();
      const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
      if (isGenuine) JSON.parse(body.toString("utf8"));
      response.writeHead(isGenuine ? 200 : 401, { "content-length": 0 }).end();
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const report: ReferenceReport = { kind: "ready", port: (server.address() as AddressInfo).port };
    process.send?.(report);
  });
});
