import type { FastifyRequest } from "fastify";
import { GraphError } from "./graph-error.ts";

export interface UploadedFile {
  readonly bytes: Buffer;
  readonly mimeType: string;
  readonly fileName: string;
}

export interface RequestParams {
  /** Query, form fields or the JSON body, as Graph mixes them. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, UploadedFile>>;
}

/** Graph takes parameters from the query, a form, multipart or JSON alike. The body arrives here as raw bytes. */
export async function readParams(request: FastifyRequest): Promise<RequestParams> {
  const query = request.query as Record<string, unknown>;
  const bytes = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return { values: query, files: {} };
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) return readMultipart(type, bytes, query);
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return { values: { ...query, ...Object.fromEntries(new URLSearchParams(bytes.toString())) }, files: {} };
  }
  return { values: { ...query, ...readJson(bytes) }, files: {} };
}

function readJson(bytes: Buffer): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString());
  } catch {
    throw new GraphError(100, { message: "Invalid JSON in request body" });
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new GraphError(100, { message: "Invalid JSON in request body" });
  }
  return body as Record<string, unknown>;
}

async function readMultipart(
  type: string,
  bytes: Buffer,
  query: Record<string, unknown>,
): Promise<RequestParams> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } })
    .formData()
    .catch(() => undefined);
  if (form === undefined) throw new GraphError(100, { message: "(#100) Invalid multipart body" });
  const values: Record<string, unknown> = { ...query };
  const files: Record<string, UploadedFile> = {};
  for (const [name, value] of form) {
    if (typeof value === "string") values[name] = value;
    else {
      files[name] = {
        bytes: Buffer.from(await value.arrayBuffer()),
        mimeType: value.type,
        fileName: value.name,
      };
    }
  }
  return { values, files };
}
