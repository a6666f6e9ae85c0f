import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { problem } from "../../../../contract/problem.ts";
import { upload as uploadShape } from "../../../../contract/uploads.ts";
import { ApiProblem, NetworkProblem } from "../../api/api-problem.ts";
import { api } from "../../api/client.ts";
import { useMe } from "../../api/me.ts";
import { putMessage } from "../thread/thread-query.ts";
import { DraftStore } from "./draft-store.ts";
import { type PendingMessage, type SendPort, SendQueue, SendRefused } from "./send-queue.ts";

/** What waits to be sent and what is half written: of one member, in memory, for as long as the page lives. */
interface Desk {
  readonly memberId: string;
  readonly queue: SendQueue;
  readonly drafts: DraftStore;
  /** Client id by message id, so that a bubble stays the same one when the server takes it over. */
  readonly sent: Map<string, string>;
}

const desks = new WeakMap<QueryClient, Desk>();

/** The desk of whoever is signed in; another member's is emptied first. */
export function useDesk(): Desk {
  const client = useQueryClient();
  const { memberId } = useMe();
  const desk = useMemo(() => deskOf(client, memberId), [client, memberId]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (desk.queue.list().some((pending) => pending.state !== "refused")) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [desk]);
  return desk;
}

export function usePending(conversationId: string): readonly PendingMessage[] {
  const { queue } = useDesk();
  const all = useSyncExternalStore(queue.subscribe, queue.list);
  return useMemo(() => all.filter((one) => one.conversationId === conversationId), [all, conversationId]);
}

function deskOf(client: QueryClient, memberId: string): Desk {
  const held = desks.get(client);
  if (held?.memberId === memberId) return held;
  held?.queue.clear();
  held?.drafts.clear();
  const sent = new Map<string, string>();
  const queue = new SendQueue(browserPort, (pending, message) => {
    sent.set(message.id, pending.clientId);
    putMessage(client, pending.conversationId, message);
  });
  const desk = { memberId, queue, drafts: new DraftStore(), sent };
  desks.set(client, desk);
  return desk;
}

const browserPort: SendPort = {
  send: (id, outgoing) =>
    api.sendMessage({ params: { id }, body: outgoing }).catch((error: unknown) => {
      throw refusalOf(error);
    }),
  upload: uploadFile,
  wait: waitForNetwork,
  newId: () => crypto.randomUUID(),
  now: () => new Date().toISOString(),
};

/** An answer that says no ends the tries; no answer, or a server in trouble, does not. */
function refusalOf(error: unknown): unknown {
  if (error instanceof NetworkProblem) return error;
  if (!(error instanceof ApiProblem)) return new SendRefused("unreadable");
  const passing = error.status >= 500 || error.status === 408 || error.status === 429;
  return passing ? error : new SendRefused(error.code);
}

/** XMLHttpRequest, because `fetch` does not tell how far an upload has come. */
export function uploadFile(
  conversationId: string,
  file: File,
  onProgress: (share: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/uploads?conversation=${encodeURIComponent(conversationId)}`);
    request.setRequestHeader("content-type", file.type === "" ? "application/octet-stream" : file.type);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new NetworkProblem(new TypeError("upload")));
    request.onload = () => {
      const done = uploadShape.safeParse(request.response);
      if (request.status < 300 && done.success) resolve(done.data.uploadId);
      else reject(refusalOf(readProblem(request)));
    };
    request.send(file);
  });
}

function readProblem(request: XMLHttpRequest): ApiProblem {
  const parsed = problem.safeParse(request.response);
  const code = `http.${request.status}`;
  return new ApiProblem(
    parsed.success
      ? parsed.data
      : { type: "about:blank", title: code, status: request.status, code, requestId: "" },
  );
}

/** The pause, cut short when the network comes back. */
function waitForNetwork(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      window.removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    window.addEventListener("online", go);
  });
}
