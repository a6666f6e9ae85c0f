import { randomUUID } from "node:crypto";
import type { Update } from "../../server/whatsapp/inbound/update.ts";

/** A text that a customer of a round writes; its words name its wamid, so that what is read back proves whose it is. */
export function inboundText(waId: string, metaAt: Date): Update {
  const wamid = `wamid.${randomUUID()}`;
  return {
    ...{ kind: "message", body: { kind: "text", text: `Hello from ${wamid}` }, media: null },
    from: {
      ...{ userId: null, parentUserId: null, waId, name: `Customer ${waId}`, username: null },
      identityKeyHash: null,
    },
    ...{ wamid, metaAt, replyToWamid: null, targetWamid: null, forwarded: false, referral: null },
    ...{ standby: false, raw: JSON.stringify({ wamid }) },
  };
}
