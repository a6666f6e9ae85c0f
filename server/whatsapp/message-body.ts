/**
 * What a message says, as it is sealed. The contract's `messageBody` is this with the file's state filled in: which
 * file belongs to a message stands in its row (`media_id`), never in the sealed body.
 */
export type MessageBody =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image" | "video" | "sticker"; readonly caption: string | null }
  | { readonly kind: "audio"; readonly caption: string | null; readonly voice: boolean }
  | { readonly kind: "document"; readonly caption: string | null; readonly fileName: string | null }
  | {
      readonly kind: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name: string | null;
      readonly address: string | null;
    }
  | { readonly kind: "contacts"; readonly cards: readonly ContactCard[] }
  | {
      readonly kind: "reply";
      readonly source: "button" | "list" | "template" | "flow" | "call_permission";
      readonly title: string;
      readonly description: string | null;
      readonly fields: ReadonlyArray<{ readonly name: string; readonly value: string }>;
    }
  | {
      readonly kind: "order";
      readonly text: string | null;
      readonly items: ReadonlyArray<{
        readonly product: string;
        readonly quantity: number;
        readonly price: number;
        readonly currency: string;
      }>;
    }
  | { readonly kind: "reaction"; readonly emoji: string | null }
  | {
      readonly kind: "template";
      readonly name: string;
      readonly language: string;
      readonly header: { readonly text: string | null } | null;
      readonly text: string;
      readonly footer: string | null;
      readonly buttons: readonly string[];
    }
  | { readonly kind: "interactive"; readonly text: string; readonly options: readonly string[] }
  | {
      readonly kind: "system";
      readonly event: "number_changed" | "user_id_changed" | "identity_changed" | "other";
      readonly text: string;
    }
  /** Meta or Wardroom cannot show it. `raw` is the update as JSON text, kept for the day we can. */
  | {
      readonly kind: "unsupported";
      readonly type: string;
      readonly code: number | null;
      readonly raw: string | null;
    };

export interface ContactCard {
  readonly name: string;
  readonly organisation: string | null;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
}
