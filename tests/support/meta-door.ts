import { createHmac, randomBytes } from "node:crypto";
import { webhookBytes } from "../../simulator/signed-body.ts";
import type { RunningWardroom } from "./running-wardroom.ts";
import { type Answer, openSession } from "./test-session.ts";

/** What a test puts into webhooks and wants to find nowhere in a log. */
export type Person = { readonly waId: string; readonly name: string };

/** A stranger with a name and a number that nothing else has. */
export function newPerson(): Person {
  const digits = randomBytes(4).readUInt32BE() % 1e8;
  return {
    waId: `9715${String(digits).padStart(8, "0")}`,
    name: `Layla ${randomBytes(5).toString("base64url")}`,
  };
}

/** An id of Meta's shape, and a new one each time. */
export function newWamid(): string {
  return `wamid.${randomBytes(24).toString("base64")}`;
}

export function secondsOf(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}

/** Meta's side of the door of one number: bodies in Meta's envelope, signed and posted. Remembers what it sent. */
export class MetaDoor {
  readonly #running: Pick<RunningWardroom, "wardroom">;
  readonly appId: string;
  readonly appSecret: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  /** Names, numbers, wamids and texts that went through this door. */
  readonly sent = new Set<string>();

  constructor(running: Pick<RunningWardroom, "wardroom" | "made">) {
    const { number, simulator } = running.made;
    if (number === null || simulator === null) throw new Error("this Wardroom has no simulated number");
    this.#running = running;
    this.appId = simulator.appId;
    this.appSecret = simulator.appSecret;
    this.wabaId = number.wabaId;
    this.phoneNumberId = number.phoneNumberId;
  }

  /** A text message as an element of `messages`. */
  text(from: Person, body: string, more: object = {}): Record<string, unknown> & { id: string } {
    const id = newWamid();
    this.remember(from.waId, from.name, id, body);
    return {
      ...{ from: from.waId, id, timestamp: secondsOf(new Date()), type: "text", text: { body } },
      ...more,
    };
  }

  /** A webhook of the field `messages` with this value. */
  change(value: object, ids: { wabaId?: string; phoneNumberId?: string } = {}): object {
    const metadata = {
      display_phone_number: "15550783881",
      phone_number_id: ids.phoneNumberId ?? this.phoneNumberId,
    };
    return this.envelope({ messaging_product: "whatsapp", metadata, ...value }, "messages", ids.wabaId);
  }

  envelope(value: unknown, field: string, wabaId: string = this.wabaId): object {
    return { object: "whatsapp_business_account", entry: [{ id: wabaId, changes: [{ value, field }] }] };
  }

  contact({ waId, name }: Person): object {
    return { profile: { name }, wa_id: waId };
  }

  remember(...words: string[]): void {
    for (const word of words) this.sent.add(word);
  }

  signature(bytes: Buffer, secret: string = this.appSecret): string {
    return `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
  }

  /** Signed with our app's secret, in Meta's escaped form. */
  post(body: object): Promise<Answer> {
    return this.postBytes(webhookBytes(body));
  }

  async postBytes(
    bytes: Buffer,
    { signature, appId }: { readonly signature?: string | null; readonly appId?: string } = {},
  ): Promise<Answer> {
    const stranger = openSession(this.#running.wardroom);
    const signed = signature === undefined ? this.signature(bytes) : signature;
    try {
      return await stranger.call("POST", `/webhooks/whatsapp/${appId ?? this.appId}`, bytes, {
        "content-type": "application/json",
        ...(signed === null ? {} : { "x-hub-signature-256": signed }),
      });
    } finally {
      await stranger.close();
    }
  }
}
