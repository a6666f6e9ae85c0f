import { randomUUIDv7 } from "node:crypto";
import type { Brand } from "./brand.ts";

/** A tenant: one business. Every tenant table starts its keys with it. */
export type WorkspaceId = Brand<"WorkspaceId">;

/**
 * The installation itself, where a workspace id is asked for: its rows, keys and log tree stand beside those of
 * the workspaces, under an id that no workspace can have (RFC 9562, section 5.9, nil UUID).
 */
export const INSTALLATION = "00000000-0000-0000-0000-000000000000" as WorkspaceId;

/** A fresh id that sorts by time (RFC 9562, UUID version 7). */
export function newId<Id extends string>(): Id {
  return randomUUIDv7() as Id;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether `text` is a UUID in lower case, the only form we print. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
