import type { WorkspaceVault } from "../../vault/vault.ts";
import type {
  EchoMessage,
  InboundMessage,
  InboundRevision,
  MediaReference,
  Party,
  Update,
} from "../../whatsapp/inbound/update.ts";
import type { StoredBody } from "../stored-body.ts";
import type { Direction } from "../tables.ts";

/** Updates that become a row of a thread. */
export type ThreadUpdate = Extract<
  Update,
  { readonly kind: "message" | "edit" | "revoke" | "echo" | "identifier_change" | "identity_change" }
>;

/** One row of a thread to be, before its conversation is known. */
export interface ThreadItem {
  readonly update: ThreadUpdate;
  readonly numberId: string;
  readonly party: Party;
  readonly wamidHash: Buffer;
  readonly direction: Direction;
  readonly kind: string;
  readonly stored: StoredBody;
  readonly media: MediaReference | null;
  readonly replyToHash: Buffer | null;
  readonly targetHash: Buffer | null;
  /** Whether it lets us answer for 24 hours: a customer's own act, outside of a thread that Meta's agent holds. */
  readonly opensWindow: boolean;
  /** Whether somebody has to read it: reactions, edits and what we sent ourselves do not count. */
  readonly countsAsUnread: boolean;
  /** Whether the thread and the list show it as a line of its own. */
  readonly visible: boolean;
}

export function isThreadUpdate(update: Update): update is ThreadUpdate {
  return update.kind !== "status" && update.kind !== "notice" && update.kind !== "faulty";
}

/** What an update is as a row. Pure but for the keyed hashes. */
export function threadItem(vault: WorkspaceVault, numberId: string, update: ThreadUpdate): ThreadItem {
  const hash = (wamid: string | null) => (wamid === null ? null : vault.hash("wamid", wamid));
  const base: Base = {
    numberId,
    wamidHash: vault.hash("wamid", update.wamid),
    media: null,
    replyToHash: "replyToWamid" in update ? hash(update.replyToWamid) : null,
    targetHash: "targetWamid" in update ? hash(update.targetWamid) : null,
    opensWindow: false,
    countsAsUnread: false,
    visible: true,
  };
  switch (update.kind) {
    case "message":
      return messageItem(base, update);
    case "edit":
    case "revoke":
      return revisionItem(base, update);
    case "echo":
      return echoItem(base, update);
    case "identifier_change":
      return { ...base, update, party: update.previous, ...systemLine(update.event, update.text) };
    case "identity_change":
      return { ...base, update, party: update.from, ...systemLine("identity_changed", update.text) };
  }
}

type Base = Omit<ThreadItem, "update" | "party" | "direction" | "kind" | "stored">;

function messageItem(base: Base, update: InboundMessage & Update): ThreadItem {
  const isReaction = update.body.kind === "reaction";
  const isSystem = update.body.kind === "system";
  return {
    ...base,
    update,
    party: update.from,
    direction: isSystem ? "event" : "in",
    kind: update.body.kind,
    stored: {
      body: update.body,
      ...(update.forwarded ? { forwarded: true } : {}),
      ...(update.referral === null ? {} : { referral: update.referral }),
    },
    media: update.media,
    opensWindow: !update.standby && !isSystem,
    countsAsUnread: !isReaction && !isSystem,
    visible: !isReaction,
  };
}

function revisionItem(base: Base, update: InboundRevision & Update): ThreadItem {
  const body = update.body ?? { kind: "unsupported", type: update.kind, code: null, raw: null };
  return {
    ...base,
    update,
    party: update.from,
    direction: "in",
    kind: update.kind,
    stored: { body },
    visible: false,
  };
}

function echoItem(base: Base, update: EchoMessage & Update): ThreadItem {
  return {
    ...base,
    update,
    party: update.to,
    direction: "echo",
    kind: update.body.kind,
    stored: { body: update.body, source: update.source },
    media: update.media,
    visible: update.body.kind !== "reaction",
  };
}

function systemLine(
  event: "number_changed" | "user_id_changed" | "identity_changed",
  text: string,
): Pick<ThreadItem, "direction" | "kind" | "stored"> {
  return { direction: "event", kind: "system", stored: { body: { kind: "system", event, text } } };
}
