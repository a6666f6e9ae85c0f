import type { IncomingMessage } from "node:http";

/**
 * The body of a request, of at most `limit` bytes. "too_large" as soon as that is certain; "gone" when the client hung
 * up before its end.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | "too_large" | "gone"> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limit) return Promise.resolve("too_large");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      request.off("data", take);
      chunks.length = 0;
      resolve("too_large");
    };
    request.on("data", take);
    request.once("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.once("error", () => resolve("gone"));
    request.once("close", () => resolve("gone"));
  });
}
