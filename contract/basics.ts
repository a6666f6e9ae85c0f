import { z } from "zod";

/** Read in either case, and one from then on: what is compared in memory is compared as text. */
export const id = z.uuid().toLowerCase();
/** ISO 8601 in UTC, milliseconds. */
export const instant = z.iso.datetime();
export const language = z.enum(["en", "ar"]);
export const role = z.enum(["agent", "team_lead", "admin", "owner"]);
export const done = z.strictObject({});
export const byId = z.object({ id });
/** Opaque: hand back what a page gave to get the next one. */
export const cursor = z.string().max(200);

export type Language = z.output<typeof language>;
export type Role = z.output<typeof role>;
