import { z } from "zod";

/** What is sealed of a template: Meta's own components, and how its variables are named. */
export const storedTemplate = z.object({
  parameterFormat: z.enum(["POSITIONAL", "NAMED"]),
  components: z.array(z.looseObject({ type: z.string() })),
});
export type StoredTemplate = z.output<typeof storedTemplate>;

export type HeaderFormat = "TEXT" | "IMAGE" | "VIDEO" | "DOCUMENT" | "LOCATION";

export interface TemplateButton {
  /** Meta's word: QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE ... */
  readonly kind: string;
  readonly text: string;
  /** Wants a value: the end of an address, or a code to copy. */
  readonly variable: boolean;
}

/** A template as the composer needs it; the contract's `template` without its row. */
export interface TemplateParts {
  readonly header: {
    readonly format: HeaderFormat;
    readonly text: string | null;
    readonly variables: readonly string[];
  } | null;
  readonly body: string;
  readonly variables: readonly string[];
  readonly footer: string | null;
  readonly buttons: readonly TemplateButton[];
  /** Whether every part is one that we can fill. */
  readonly sendable: boolean;
}

const FORMATS: readonly string[] = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"];

/** A location on top needs a place, which nothing here asks for yet. */
const FILLABLE_FORMATS: readonly string[] = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT"];

/** Buttons that need no value, or one that we ask for. Flows, catalogues, one-time codes and calls need more. */
const FILLABLE_BUTTONS: readonly string[] = ["QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE"];

const FILLABLE_COMPONENTS: readonly string[] = ["HEADER", "BODY", "FOOTER", "BUTTONS"];

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

const header = z.looseObject({ format: z.string().default("TEXT"), text: z.string().optional() });
const worded = z.looseObject({ text: z.string().default("") });
const buttonList = z.looseObject({
  buttons: z
    .array(z.looseObject({ type: z.string(), text: z.string().default(""), url: z.string().optional() }))
    .default([]),
});

/** Reads Meta's components. What it does not know makes the template unsendable, never unreadable. */
export function readTemplateParts({ components }: StoredTemplate): TemplateParts {
  const find = (type: string) => components.find((component) => component.type.toUpperCase() === type);
  const top = readHeader(find("HEADER"));
  const body = worded.safeParse(find("BODY")).data?.text ?? "";
  const footer = worded.safeParse(find("FOOTER")).data?.text;
  const buttons = readButtons(find("BUTTONS"));
  return {
    header: top.header,
    body,
    variables: placeholdersIn(body),
    footer: footer ?? null,
    buttons,
    sendable:
      top.fillable &&
      body !== "" &&
      components.every(({ type }) => FILLABLE_COMPONENTS.includes(type.toUpperCase())) &&
      buttons.every(({ kind }) => FILLABLE_BUTTONS.includes(kind)),
  };
}

function readHeader(component: unknown): { header: TemplateParts["header"]; fillable: boolean } {
  if (component === undefined) return { header: null, fillable: true };
  const parsed = header.safeParse(component);
  const format = parsed.data?.format.toUpperCase() ?? "";
  if (!FORMATS.includes(format)) return { header: null, fillable: false };
  const text = format === "TEXT" ? (parsed.data?.text ?? "") : null;
  return {
    header: { format: format as HeaderFormat, text, variables: placeholdersIn(text ?? "") },
    fillable: FILLABLE_FORMATS.includes(format),
  };
}

function readButtons(component: unknown): TemplateButton[] {
  const parsed = buttonList.safeParse(component);
  return (parsed.data?.buttons ?? []).map(({ type, text, url }) => {
    const kind = type.toUpperCase();
    return { kind, text, variable: kind === "COPY_CODE" || placeholdersIn(url ?? "").length > 0 };
  });
}

/** Names within {{ }}, each once, in order of first appearance. */
export function placeholdersIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(PLACEHOLDER), (match) => match[1] ?? ""))];
}

/** In one pass: a value that looks like a placeholder stays as it is. */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}
