import { readEcho } from "./read-echo.ts";
import { readMessage } from "./read-message.ts";
import { type Element, readOrFault, type Scope } from "./scope.ts";
import { asObject, digitsOf, type JsonObject, needObject } from "./shape.ts";
import type { Update } from "./update.ts";

/**
 * What was said before a number of the Business app was connected: chunks of threads, up to 180 days and thousands
 * of messages in one POST. A chunk that holds a refusal instead (the owner does not share) is a notice.
 */
export function readHistoryChunk(scope: Scope, chunk: unknown): Update[] {
  const threads = asObject(chunk)?.["threads"];
  if (!Array.isArray(threads)) {
    const raw = scope.envelope.around("history", chunk);
    const isRefusal = Array.isArray(asObject(chunk)?.["errors"]);
    return [
      isRefusal ? { kind: "notice", field: scope.field, raw } : { kind: "faulty", reason: "shape", raw },
    ];
  }
  const metadata = asObject(chunk)?.["metadata"];
  return threads.flatMap((value) => {
    const thread = asObject(value);
    const messages = thread?.["messages"];
    if (thread === null || !Array.isArray(messages)) {
      return {
        kind: "faulty",
        reason: "shape",
        raw: scope.envelope.around("history", { metadata, threads: [value] }),
      };
    }
    return messages.map((message) => readPastMessage(scope, metadata, thread, message));
  });
}

function readPastMessage(scope: Scope, metadata: unknown, thread: JsonObject, message: unknown): Update {
  const raw = scope.envelope.aroundHistory(metadata, thread["id"], message);
  return readOrFault(raw, () => {
    const object = needObject(message);
    const contact = scope.contacts.find(thread["id"]);
    const element: Element = { scope, object, contact, raw };
    const isOurs = scope.ownNumber !== null && digitsOf(object["from"]) === scope.ownNumber;
    return isOurs ? readEcho(element, thread["id"]) : readMessage(element, "history");
  });
}
