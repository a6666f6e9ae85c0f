import type { AcceptedSend, SendsQuery } from "./accepted-sends.ts";
import type { BehaviourPlan, Delays } from "./behaviour.ts";
import type { SimulatedNumber } from "./business-number.ts";
import type { NewCustomer } from "./customer.ts";
import type { CustomerMessage } from "./customer-message.ts";
import type { FaultRule } from "./faults/fault.ts";
import type { FaultView } from "./faults/fault-book.ts";
import type { StrayStatuses } from "./faults/send-stray-statuses.ts";
import type { ImportedMessage, PastMessage } from "./import-chat.ts";
import type { InjectOptions } from "./inject-webhook.ts";
import type { PhoneMessageView } from "./phone-message-view.ts";
import type { StateBounds } from "./state.ts";

export interface SimulatorOptions {
  /** Loopback only: the simulator is nobody's Meta but this machine's. */
  readonly host: "127.0.0.1";
  /** 0 takes any free port. */
  readonly port: number;
  /** Sealed; created when absent (0600). Media lie sealed in a folder of the same name with `.media`. */
  readonly stateFile: string;
  /** 32 bytes. */
  readonly stateKey: Buffer;
  /** PEM of the CA of Wardroom's own certificate. */
  readonly callbackCa?: string;
  readonly clock?: () => Date;
  readonly delays?: Delays;
  /** As with "Require App Secret" on at Meta: calls without appsecret_proof are refused. Off unless told, as at Meta. */
  readonly requireAppSecretProof?: boolean;
  /** Faults that are drawn by chance are drawn from it. With the same one a round can be had again; drawn unless given. */
  readonly seed?: string;
  /** For load tests: messages, statuses and webhooks are not written down, and old messages are forgotten. */
  readonly bounds?: StateBounds;
  /** For load tests: `always_open` takes any message at any time. */
  readonly serviceWindow?: "as_meta" | "always_open";
  /** Opens the control endpoint on a port of its own, on 127.0.0.1; 0 takes any free one. None unless told. */
  readonly control?: { readonly port: number; readonly token: string };
  /** Lines carry `simulator: true`; never content, numbers or tokens. */
  readonly log?: (line: object) => void;
}

export interface Simulator extends AsyncDisposable {
  /** http://127.0.0.1:port; the Graph API is below it, with or without a version. */
  readonly url: string;
  readonly app: { readonly appId: string; readonly appSecret: string };
  readonly seed: string;
  /** http://127.0.0.1:port, where the control endpoint was asked for. */
  readonly controlUrl: string | undefined;
  addNumber(input: { businessName: string }): Promise<SimulatedNumber>;
  listNumbers(): readonly (SimulatedNumber & { readonly businessName: string })[];
  /** Works once, for ten minutes, in one browser. */
  createPhoneLink(input: { phoneNumberId: string; language: "en" | "ar" }): string;
  addCustomer(input: NewCustomer): Promise<{ customerId: string; waId?: string; userId: string }>;
  sendAsCustomer(customerId: string, message: CustomerMessage): Promise<{ wamid: string }>;
  /** A chat of the past: on the phone at once, and what Meta would have sent of it, for the caller to deliver or not. */
  importChat(customerId: string, messages: readonly PastMessage[]): Promise<readonly ImportedMessage[]>;
  messagesOf(customerId: string): readonly PhoneMessageView[];
  /** The phone shows this chat from now on for some seconds: what was delivered is read. */
  openChat(customerId: string): void;
  changeNumber(customerId: string, phone: string): void;
  changeIdentity(customerId: string): void;
  setTemplateStatus(input: {
    wabaId: string;
    name: string;
    language: string;
    status: string;
    reason?: string;
  }): void;
  /** Switches a fault on and returns its id. docs/simulator.md lists them all. Throws on a rule that is none. */
  fault(rule: FaultRule): string;
  /** False when there is no such fault any more. */
  endFault(id: string): boolean;
  /** All faults, or all of one number, customer or account. */
  endFaults(target?: string): void;
  /** Those switched on, with what they did; also those that are over by count. */
  listFaults(): readonly FaultView[];
  /** Every send that was taken, once for each time, whatever the caller was told. */
  acceptedSends(query?: SendsQuery): readonly AcceptedSend[];
  /** Statuses of messages that nobody sent. */
  sendStrayStatuses(stray: StrayStatuses): Promise<{ status: number }>;
  /** Callbacks may also have certificates of this authority (PEM). */
  trustCallbackCa(pem: string): void;
  /** Statuses and webhooks that wait, without those that a silence holds. */
  pendingCount(): number;
  injectWebhook(body: object, options?: InjectOptions): Promise<{ status: number; body: string }>;
  /** By phone number id or customer id; the customer's plan goes first. */
  behaviour(targetId: string, plan: BehaviourPlan & { readonly autoRead?: boolean }): void;
  /** Resolves when no status and no webhook is waiting. Waits for retries too: not for a Wardroom that is gone. */
  idle(): Promise<void>;
}
