import type { MessageBody } from "../message-body.ts";
import { parseJson } from "./parse-json.ts";
import {
  asObject,
  countUnknown,
  filledText,
  type JsonObject,
  needObject,
  needText,
  optionalId,
  optionalList,
  optionalObject,
  ShapeFault,
  type Tally,
} from "./shape.ts";

type ReplyBody = Extract<MessageBody, { kind: "reply" }>;
type Field = ReplyBody["fields"][number];

const TEMPLATE_BUTTON = new Set(["payload", "text"]);

/** A quick-reply button of a template. */
export function readTemplateButton(tally: Tally, object: JsonObject): MessageBody {
  countUnknown(tally, object, TEMPLATE_BUTTON);
  const fields = fieldsOf(object, ["payload"]);
  return { kind: "reply", source: "template", title: needText(object["text"]), description: null, fields };
}

const CHOICE = new Set(["id", "title", "description"]);
const FLOW = new Set(["name", "body", "response_json"]);
const CALL_PERMISSION_FIELDS = ["response", "is_permanent", "expiration_timestamp", "response_source"];
const CALL_PERMISSION = new Set(CALL_PERMISSION_FIELDS);

/** What a customer chose in something interactive. */
export function readInteractive(tally: Tally, object: JsonObject): MessageBody {
  const type = needText(object["type"]);
  switch (type) {
    case "button_reply":
      return readChoice(tally, "button", needObject(object["button_reply"]));
    case "list_reply":
      return readChoice(tally, "list", needObject(object["list_reply"]));
    case "nfm_reply":
      return readFlow(tally, needObject(object["nfm_reply"]));
    case "call_permission_reply": {
      const reply = needObject(object["call_permission_reply"]);
      countUnknown(tally, reply, CALL_PERMISSION);
      const fields = fieldsOf(reply, CALL_PERMISSION_FIELDS);
      return {
        kind: "reply",
        source: "call_permission",
        title: needText(reply["response"]),
        description: null,
        fields,
      };
    }
    default:
      return { kind: "unsupported", type: `interactive.${type}`, code: null, raw: JSON.stringify(object) };
  }
}

function readChoice(tally: Tally, source: "button" | "list", choice: JsonObject): MessageBody {
  countUnknown(tally, choice, CHOICE);
  return {
    kind: "reply",
    source,
    title: needText(choice["title"]),
    description: filledText(choice["description"]),
    fields: fieldsOf(choice, ["id"]),
  };
}

/** A finished Flow: its answers come as JSON text. What cannot be taken apart is kept as that text. */
function readFlow(tally: Tally, reply: JsonObject): MessageBody {
  countUnknown(tally, reply, FLOW);
  const text = needText(reply["response_json"]);
  const parsed = parseJson(Buffer.from(text));
  const answers = parsed.ok ? asObject(parsed.value) : null;
  return {
    kind: "reply",
    source: "flow",
    title: filledText(reply["body"]) ?? filledText(reply["name"]) ?? "",
    description: null,
    fields: answers === null ? [{ name: "response_json", value: text }] : answersOf(answers),
  };
}

function answersOf(answers: JsonObject): Field[] {
  return Object.entries(answers)
    .filter(([name]) => name !== "flow_token")
    .map(([name, value]) => ({ name, value: typeof value === "string" ? value : JSON.stringify(value) }));
}

function fieldsOf(object: JsonObject, names: readonly string[]): Field[] {
  return names.flatMap((name) => {
    const value = object[name];
    if (value === undefined || value === null) return [];
    if (typeof value === "object") throw new ShapeFault();
    return { name, value: String(value) };
  });
}

/** Something interactive that the business itself sent elsewhere: its text and what there was to choose. */
export function readOutgoingInteractive(_tally: Tally, object: JsonObject): MessageBody {
  const action = optionalObject(object["action"]);
  const rows = optionalList(action["sections"]).flatMap((section) =>
    optionalList(needObject(section)["rows"]),
  );
  const buttons = optionalList(action["buttons"]).map((button) => needObject(button)["reply"]);
  const options = [...buttons, ...rows].flatMap(
    (choice) => filledText(optionalObject(choice)["title"]) ?? [],
  );
  const text = filledText(optionalObject(object["body"])["text"]) ?? "";
  return { kind: "interactive", text, options };
}

/** A template that was sent elsewhere: we know its name and not, here, its words. */
export function readOutgoingTemplate(_tally: Tally, object: JsonObject): MessageBody {
  return {
    kind: "template",
    name: needText(object["name"]),
    language: optionalId(optionalObject(object["language"])["code"]) ?? "",
    header: null,
    text: "",
    footer: null,
    buttons: [],
  };
}
