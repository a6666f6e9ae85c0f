/** What a person can do on the simulated phone. `replyTo` is the wamid of the message that is answered. */
export type CustomerMessage = {
  readonly replyTo?: string;
  /** For a history: when it was written, instead of now. Meta's order is the order of the calls all the same. */
  readonly at?: Date;
} & (
  | { readonly type: "text"; readonly body: string }
  | {
      readonly type: "image" | "video" | "sticker" | "audio" | "document";
      readonly bytes: Buffer;
      readonly mimeType: string;
      readonly caption?: string;
      readonly filename?: string;
      readonly voice?: boolean;
    }
  | {
      readonly type: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
    }
  | { readonly type: "contacts"; readonly contacts: readonly object[] }
  | { readonly type: "reaction"; readonly messageId: string; readonly emoji: string }
  | { readonly type: "button_reply"; readonly messageId: string; readonly id: string; readonly title: string }
  | {
      readonly type: "list_reply";
      readonly messageId: string;
      readonly id: string;
      readonly title: string;
      readonly description?: string;
    }
  /** The quick reply of a template. */
  | { readonly type: "button"; readonly messageId: string; readonly payload: string; readonly text: string }
);
