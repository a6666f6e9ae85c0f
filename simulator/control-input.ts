import { z } from "zod";
import { FAULT_RULE } from "./faults/fault.ts";

const id = z.string().min(1).max(200);
const words = z.string().trim().min(1).max(200);
const ms = z.int().min(0).max(3_600_000);
const age = z
  .int()
  .min(0)
  .max(366 * 24 * 3_600_000);

/** What the control endpoint takes, exactly. Names are those of the methods of the simulator's handle. */
export const CONTROL_INPUT = {
  fault: FAULT_RULE,
  number: z.strictObject({ businessName: words }),
  phoneLink: z.strictObject({ phoneNumberId: id, language: z.enum(["en", "ar"]) }),
  customer: z.strictObject({
    phoneNumberId: id,
    name: words,
    phone: z.string().min(5).max(40).exactOptional(),
    businessScopedOnly: z.boolean().exactOptional(),
    username: words.exactOptional(),
    autoRead: z.boolean().exactOptional(),
  }),
  /** Text only: files are for the phone page and for tests in the same process. */
  message: z.strictObject({
    type: z.literal("text"),
    body: z.string().min(1).max(65_536),
    replyTo: z.string().max(300).exactOptional(),
  }),
  webhook: z.strictObject({
    body: z.looseObject({}),
    ageMs: age.exactOptional(),
    sign: z.union([z.boolean(), z.string().max(200)]).exactOptional(),
  }),
  strayStatuses: z.strictObject({
    phoneNumberId: id,
    status: z.enum(["sent", "delivered", "read", "failed"]).exactOptional(),
    count: z.int().min(1).max(1_000).exactOptional(),
    callbackData: z.string().max(512).exactOptional(),
    ageMs: age.exactOptional(),
  }),
  behaviour: z.strictObject({
    target: id,
    autoRead: z.boolean().exactOptional(),
    delays: z
      .strictObject({
        sentMs: ms.exactOptional(),
        deliveredMs: ms.exactOptional(),
        readMs: ms.exactOptional(),
      })
      .exactOptional(),
  }),
  authority: z.strictObject({ pem: z.string().startsWith("-----BEGIN CERTIFICATE-----").max(65_536) }),
  idle: z.strictObject({ timeoutMs: z.int().min(1).max(600_000) }),
  sendsQuery: z.strictObject({
    phoneNumberId: id.exactOptional(),
    after: z.coerce.number().int().min(0).exactOptional(),
    limit: z.coerce.number().int().min(1).max(100_000).exactOptional(),
  }),
  target: z.strictObject({ target: id.exactOptional() }),
} as const;
