import { randomBytes } from "node:crypto";

export interface FilePart {
  readonly mimeType: string;
  readonly byteSize: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface MultipartBody {
  readonly contentType: string;
  readonly contentLength: number;
  readonly body: AsyncIterable<Uint8Array>;
}

const MIME_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(; *codecs=[a-z0-9.,-]+)?$/i;

/**
 * A form with text fields and one file, streamed (RFC 7578). The file goes out as "file": its true name is the
 * customer's, and Meta reads it from the message instead.
 */
export function multipartBody(fields: Readonly<Record<string, string>>, file: FilePart): MultipartBody {
  if (!MIME_TYPE.test(file.mimeType)) throw new Error("not a MIME type");
  const boundary = `wardroom-${randomBytes(16).toString("hex")}`;
  const head = Buffer.from(
    `${Object.entries(fields)
      .map(([name, value]) => field(boundary, name, value))
      .join("")}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n` +
      `Content-Type: ${file.mimeType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: head.length + file.byteSize + tail.length,
    body: inOrder(head, file.bytes, tail),
  };
}

function field(boundary: string, name: string, value: string): string {
  if (/["\r\n]/.test(name)) throw new Error("not a form field name");
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

async function* inOrder(head: Buffer, bytes: AsyncIterable<Uint8Array>, tail: Buffer) {
  yield head;
  yield* bytes;
  yield tail;
}
