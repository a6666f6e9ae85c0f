import type { z } from "zod";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * One operation of our API: the server's parser, the source of the OpenAPI document and the console's types.
 * `path` is below /api/v1, with `:name` for parameters. `ok` is the shape of a success; a refusal is a `Problem`.
 */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly ok: z.ZodType;
}
