import type { MessageBody } from "../whatsapp/message-body.ts";
import type { Direction, SendState } from "./tables.ts";

/**
 * What readers get. Instants are ISO 8601 in UTC. The contract's shapes are the same, and `tsc` holds them together
 * in the routes.
 */
export interface FailureView {
  readonly code: number | null;
  readonly reason: string;
}

export type Delivery = "sent" | "delivered" | "read" | "failed";

export interface RowView {
  readonly id: string;
  readonly version: number;
  readonly sight: "open" | "closed_to_you";
  readonly state: "open" | "closed";
  readonly number: {
    readonly id: string;
    readonly verifiedName: string;
    readonly host: "meta" | "simulator";
  };
  readonly language: "en" | "ar" | null;
  readonly assigneeId: string | null;
  readonly teamId: string | null;
  readonly waitingSince: string | null;
  readonly lastActivityAt: string;
  readonly windowClosesAt: string | null;
  readonly unread: number;
  readonly contact: { readonly id: string; readonly name: string } | null;
  readonly last: {
    readonly direction: Direction;
    readonly kind: string;
    readonly preview: string;
    readonly sendState: SendState | null;
    readonly delivery: Delivery | null;
    readonly failure: FailureView | null;
  } | null;
}

export interface MediaView {
  readonly id: string;
  readonly state: "waiting" | "ready" | "failed";
  readonly mimeType: string;
  readonly byteSize: number | null;
  readonly failure: string | null;
}

type FileKind = "image" | "video" | "sticker" | "audio" | "document";
type Stored<Kind extends MessageBody["kind"]> = Extract<MessageBody, { readonly kind: Kind }>;

/** A body with its file's state filled in. */
export type BodyView =
  | Exclude<MessageBody, { readonly kind: FileKind | "template" | "order" | "unsupported" }>
  | (Stored<"image" | "video" | "sticker"> & { readonly media: MediaView })
  | (Stored<"audio"> & { readonly media: MediaView })
  | (Stored<"document"> & { readonly media: MediaView })
  | (Stored<"order"> & { readonly totals: Array<{ readonly amount: number; readonly currency: string }> })
  | (Omit<Stored<"template">, "header"> & {
      readonly header: { readonly text: string | null; readonly media: MediaView | null } | null;
    })
  | Omit<Stored<"unsupported">, "raw">;

export interface MessageView {
  readonly id: string;
  readonly position: number;
  readonly direction: Direction;
  readonly body: BodyView;
  readonly author: { readonly id: string; readonly name: string } | null;
  readonly at: string;
  readonly sendState: SendState | null;
  readonly delivery: Delivery | null;
  readonly playedAt: string | null;
  readonly failure: FailureView | null;
  /** Set while nobody knows whether WhatsApp has it. */
  readonly doubt: { readonly reason: string; readonly since: string; readonly decidableAt: string } | null;
  readonly replyTo: {
    readonly messageId: string | null;
    readonly preview: string;
    readonly direction: "in" | "out" | null;
  } | null;
  readonly reactions: ReadonlyArray<{ readonly emoji: string; readonly from: "contact" | "us" }>;
  readonly editedAt: string | null;
  readonly revokedAt: string | null;
  readonly forwarded: boolean;
  readonly referral: {
    readonly headline: string | null;
    readonly text: string | null;
    readonly source: string | null;
  } | null;
}

export interface ContactView {
  readonly id: string;
  readonly name: string;
  readonly username: string | null;
  readonly phone: string | null;
  readonly identity: "known" | "uncertain";
  readonly identitySince: string | null;
  readonly createdAt: string;
}
