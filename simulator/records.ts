/** What the simulator remembers. Times are milliseconds since 1970; everything here is sealed on disk. */

export interface AppRecord {
  readonly appId: string;
  readonly appSecret: string;
  /** Signs the simulator's own media addresses. */
  readonly mediaSecret: string;
  readonly subscription?: Callback & { readonly fields: readonly string[] };
}

export interface Callback {
  readonly callbackUrl: string;
  readonly verifyToken: string;
}

export interface NumberRecord {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly businessId: string;
  readonly systemUserId: string;
  /** Digits with leading +, no separators. */
  readonly phone: string;
  readonly businessName: string;
  readonly accessToken: string;
  readonly createdAt: number;
  readonly subscribed: boolean;
  readonly override?: Callback;
  readonly identityCheck: boolean;
}

export interface CustomerRecord {
  readonly customerId: string;
  readonly phoneNumberId: string;
  readonly name: string;
  readonly username?: string;
  /** Digits without +. Kept even when `businessScopedOnly` hides it from the business. */
  readonly waId?: string;
  readonly businessScopedOnly: boolean;
  readonly userId: string;
  readonly identityHash: string;
  readonly autoRead: boolean;
  readonly createdAt: number;
}

export type Tick = "pending" | "sent" | "delivered" | "read" | "failed";

export interface MessageRecord {
  readonly wamid: string;
  readonly customerId: string;
  readonly phoneNumberId: string;
  readonly from: "customer" | "business";
  readonly at: number;
  /** Position in the journal's life: the order of the thread. */
  readonly order: number;
  readonly type: string;
  /** Meta's object of that type. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly contextId?: string;
  readonly tick: Tick;
  readonly failureCode?: number;
  readonly callbackData?: string;
  readonly pricing?: Readonly<Record<string, unknown>>;
  readonly rendered?: RenderedTemplate;
  /** Of a past that was put in: nobody sent it here. */
  readonly imported?: true;
  readonly reactions?: { readonly customer?: string; readonly business?: string };
}

export interface RenderedTemplate {
  readonly category: string;
  readonly language: string;
  readonly header?: string;
  readonly headerMedia?: Readonly<Record<string, unknown>>;
  readonly headerFormat?: string;
  readonly body: string;
  readonly footer?: string;
  readonly buttons: readonly { readonly type: string; readonly text: string; readonly payload?: string }[];
}

export interface MediaRecord {
  readonly mediaId: string;
  readonly phoneNumberId: string;
  readonly mimeType: string;
  readonly sha256Hex: string;
  readonly sizeBytes: number;
  /** Random name of the sealed file: says nothing about the content. */
  readonly fileName: string;
  readonly createdAt: number;
}

export interface TemplateRecord {
  readonly templateId: string;
  readonly wabaId: string;
  readonly name: string;
  readonly language: string;
  readonly category: string;
  readonly status: string;
  readonly parameterFormat: "POSITIONAL" | "NAMED";
  readonly components: readonly Readonly<Record<string, unknown>>[];
  readonly rejectedReason?: string;
}

/** A webhook that Wardroom has not answered with 200 yet. */
export interface DeliveryRecord {
  readonly deliveryId: string;
  readonly order: number;
  readonly phoneNumberId: string;
  readonly wabaId: string;
  /** Deliveries with the same key keep their order: the customer, or the account. */
  readonly orderKey: string;
  readonly field: string;
  /** For the log on the phone page: "messages · text". Never content. */
  readonly label: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempts: number;
  readonly dueAt: number;
  readonly createdAt: number;
  /** The customer's message that this brings: its tick follows the answer. */
  readonly wamid?: string;
}

export interface PlannedStatusRecord {
  readonly plannedId: string;
  readonly wamid: string;
  readonly status: "sent" | "delivered" | "read" | "failed";
  readonly dueAt: number;
  readonly errorCode?: number;
  readonly readAfter?: number;
}

export interface PlannedTemplateRecord {
  readonly templateId: string;
  readonly status: string;
  readonly dueAt: number;
}

export interface PhoneSessionRecord {
  readonly tokenHash: string;
  readonly phoneNumberId: string;
  readonly language: "en" | "ar";
  readonly expiresAt: number;
}

export interface Records {
  app: AppRecord;
  number: NumberRecord;
  customer: CustomerRecord;
  message: MessageRecord;
  media: MediaRecord;
  template: TemplateRecord;
  delivery: DeliveryRecord;
  plannedStatus: PlannedStatusRecord;
  phoneSession: PhoneSessionRecord;
}

export type RecordKind = keyof Records;
