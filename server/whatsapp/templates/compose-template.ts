import { Refusal } from "../../platform/refusal.ts";
import type { MessageBody } from "../message-body.ts";
import type { SendPayload, TemplateComponent, TemplateParameter } from "../outbound/send-payload.ts";
import {
  fillPlaceholders,
  type HeaderFormat,
  readTemplateParts,
  type StoredTemplate,
  type TemplateParts,
} from "./template-parts.ts";

/** What a person filled in; the contract's `templateInput`. */
export interface TemplateInput {
  readonly templateId: string;
  /** By variable name, as `TemplateParts.variables`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly headerVariables?: Readonly<Record<string, string>> | undefined;
  /** By button index. */
  readonly buttonVariables?: Readonly<Record<string, string>> | undefined;
  /** A file of ours, for templates with a picture, film or document on top. */
  readonly headerUploadId?: string | undefined;
}

export interface FilledTemplate {
  readonly payload: Omit<Extract<SendPayload, { kind: "template" }>, "kind" | "to">;
  readonly rendered: Extract<MessageBody, { kind: "template" }>;
}

/** As filled, in characters. Source: facts.md, 2.4 (templates/components). */
const MAX_BODY_LENGTH = 1024;
const MAX_HEADER_LENGTH = 60;

/** Meta takes no line breaks, tabs or runs of spaces in a value (132007, 132018). */
const MALFORMED = /[\r\n\t]| {5,}/;

/**
 * Fills a template and checks it before anything is queued. Refuses with `template.not_sendable`,
 * `template.variable_missing`, `template.variable_unknown`, `template.variable_malformed`, `template.too_long`,
 * `template.header_file_missing` and `template.header_file_unexpected`.
 */
export function composeTemplate(
  { name, language, stored }: { name: string; language: string; stored: StoredTemplate },
  input: TemplateInput,
): FilledTemplate {
  const parts = readTemplateParts(stored);
  if (!parts.sendable) throw new Refusal("invalid", "template.not_sendable");
  const header = composeHeader(stored, parts, input);
  const text = fill(parts.body, parts.variables, input.variables);
  if (text.length > MAX_BODY_LENGTH) throw new Refusal("invalid", "template.too_long");
  const body = parametersFor(stored, parts.variables, input.variables);
  return {
    payload: {
      name,
      language,
      components: [
        ...header.components,
        ...(body.length === 0 ? [] : [{ type: "body" as const, parameters: body }]),
        ...composeButtons(parts, input.buttonVariables ?? {}),
      ],
    },
    rendered: {
      kind: "template",
      name,
      language,
      header: parts.header === null ? null : { text: header.text },
      text,
      footer: parts.footer,
      buttons: parts.buttons.map((button) => button.text),
    },
  };
}

interface ComposedHeader {
  readonly components: TemplateComponent[];
  readonly text: string | null;
}

function composeHeader(
  stored: StoredTemplate,
  { header }: TemplateParts,
  input: TemplateInput,
): ComposedHeader {
  if (header !== null && header.format !== "TEXT") return composeFileHeader(header.format, input);
  if (input.headerUploadId !== undefined) throw new Refusal("invalid", "template.header_file_unexpected");
  const values = input.headerVariables ?? {};
  const names = header?.variables ?? [];
  const text = fill(header?.text ?? "", names, values);
  if (text.length > MAX_HEADER_LENGTH) throw new Refusal("invalid", "template.too_long");
  const parameters = parametersFor(stored, names, values);
  return {
    components: parameters.length === 0 ? [] : [{ type: "header", parameters }],
    text: header === null ? null : text,
  };
}

function composeFileHeader(
  format: HeaderFormat,
  { headerVariables = {}, headerUploadId }: TemplateInput,
): ComposedHeader {
  requireExactly([], headerVariables);
  if (headerUploadId === undefined) throw new Refusal("invalid", "template.header_file_missing");
  const parameter = {
    type: "media",
    format: format.toLowerCase() as "image" | "video" | "document",
    mediaId: headerUploadId,
    fileName: null,
  } as const;
  return { components: [{ type: "header", parameters: [parameter] }], text: null };
}

function composeButtons(
  { buttons }: TemplateParts,
  values: Readonly<Record<string, string>>,
): TemplateComponent[] {
  const wanted = buttons.flatMap((button, index) => (button.variable ? [String(index)] : []));
  requireExactly(wanted, values);
  return wanted.map((index): TemplateComponent => {
    const value = values[index] ?? "";
    return buttons[Number(index)]?.kind === "COPY_CODE"
      ? {
          type: "button",
          sub_type: "copy_code",
          index,
          parameters: [{ type: "coupon_code", coupon_code: value }],
        }
      : { type: "button", sub_type: "url", index, parameters: [{ type: "text", text: value }] };
  });
}

/** Positional values go in the order of their numbers, whatever the order in the text; named ones carry the name. */
function parametersFor(
  { parameterFormat }: StoredTemplate,
  names: readonly string[],
  values: Readonly<Record<string, string>>,
): TemplateParameter[] {
  if (parameterFormat === "NAMED") {
    return names.map((name) => ({ type: "text", parameter_name: name, text: values[name] ?? "" }));
  }
  return names
    .toSorted((a, b) => Number(a) - Number(b))
    .map((name) => ({ type: "text", text: values[name] ?? "" }));
}

function fill(text: string, names: readonly string[], values: Readonly<Record<string, string>>): string {
  requireExactly(names, values);
  return fillPlaceholders(text, values);
}

function requireExactly(names: readonly string[], values: Readonly<Record<string, string>>): void {
  if (Object.keys(values).some((name) => !names.includes(name)))
    throw new Refusal("invalid", "template.variable_unknown");
  for (const name of names) {
    const value = Object.hasOwn(values, name) ? (values[name] ?? "") : "";
    if (value.trim() === "") throw new Refusal("invalid", "template.variable_missing");
    if (MALFORMED.test(value)) throw new Refusal("invalid", "template.variable_malformed");
  }
}
