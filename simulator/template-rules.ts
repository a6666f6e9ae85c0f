import { GraphError } from "./graph-error.ts";
import type { RenderedTemplate, TemplateRecord } from "./records.ts";

type Json = Readonly<Record<string, unknown>>;
type Values = ReadonlyMap<string, string>;

const PLACEHOLDER = /\{\{\s*([\w]+)\s*\}\}/g;
/** The text with its parameters filled; longer is refused (132005). */
const FILLED_LENGTH = 1_024;

/** The template with the caller's parameters in place, or Meta's error for what does not fit. */
export function renderTemplate(template: TemplateRecord, components: readonly Json[]): RenderedTemplate {
  const header = template.components.find((component) => component["type"] === "HEADER");
  const body = template.components.find((component) => component["type"] === "BODY");
  const footer = template.components.find((component) => component["type"] === "FOOTER");
  const format = String(header?.["format"] ?? "");
  const bodyText = fill(template, String(body?.["text"] ?? ""), parametersOf(components, "body"));
  if (bodyText.length > FILLED_LENGTH) throw new GraphError(132005);
  return {
    category: template.category,
    language: template.language,
    ...(format === "" ? {} : { headerFormat: format }),
    ...renderHeader(template, header, parametersOf(components, "header")),
    body: bodyText,
    ...(footer === undefined ? {} : { footer: String(footer["text"] ?? "") }),
    buttons: renderButtons(template, components),
  };
}

function renderHeader(template: TemplateRecord, header: Json | undefined, parameters: readonly Json[]) {
  if (header === undefined) return {};
  if (header["format"] === "TEXT")
    return { header: fill(template, String(header["text"] ?? ""), parameters) };
  const kind = String(header["format"]).toLowerCase();
  const given = parameters[0];
  if (given === undefined)
    throw new GraphError(132012, { details: `header: Format mismatch, expected ${kind}, received UNKNOWN` });
  if (String(given["type"]).toLowerCase() !== kind || typeof given[kind] !== "object") {
    throw new GraphError(132012, { details: `header: Format mismatch, expected ${kind}` });
  }
  return { headerMedia: given[kind] as Json };
}

function fill(template: TemplateRecord, text: string, parameters: readonly Json[]): string {
  const names = [...new Set(Array.from(text.matchAll(PLACEHOLDER), (match) => match[1] ?? ""))];
  if (names.length !== parameters.length) {
    throw new GraphError(132000, {
      details: `number of localizable_params (${parameters.length}) does not match the expected number of params (${names.length})`,
    });
  }
  const values =
    template.parameterFormat === "NAMED" ? namedValues(parameters) : positionalValues(parameters);
  return text.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined)
      throw new GraphError(132000, { details: "Parameter name does not match the template" });
    return value;
  });
}

function positionalValues(parameters: readonly Json[]): Values {
  return new Map(parameters.map((parameter, index) => [String(index + 1), parameterText(parameter)]));
}

function namedValues(parameters: readonly Json[]): Values {
  return new Map(
    parameters.map((parameter) => [String(parameter["parameter_name"] ?? ""), parameterText(parameter)]),
  );
}

function parameterText(parameter: Json): string {
  const type = String(parameter["type"]).toLowerCase();
  if (type === "text" && typeof parameter["text"] === "string" && parameter["text"] !== "")
    return parameter["text"];
  const localised = parameter[type];
  if ((type === "currency" || type === "date_time") && typeof localised === "object" && localised !== null) {
    return String((localised as Json)["fallback_value"] ?? "");
  }
  throw new GraphError(132012, { details: "Parameter format does not match format in the created template" });
}

function renderButtons(template: TemplateRecord, components: readonly Json[]): RenderedTemplate["buttons"] {
  const component = template.components.find((candidate) => candidate["type"] === "BUTTONS");
  const buttons = (component?.["buttons"] ?? []) as readonly Json[];
  return buttons.map((button, index) => {
    const given = components.find(
      (candidate) =>
        String(candidate["type"]).toLowerCase() === "button" && String(candidate["index"]) === String(index),
    );
    const parameters = (given?.["parameters"] ?? []) as readonly Json[];
    requireUrlParameter(button, parameters);
    const payload = parameters[0]?.["payload"];
    return {
      type: String(button["type"]),
      text: String(button["text"] ?? ""),
      ...(typeof payload === "string" ? { payload } : {}),
    };
  });
}

function requireUrlParameter(button: Json, parameters: readonly Json[]): void {
  const needed = Array.from(String(button["url"] ?? "").matchAll(PLACEHOLDER)).length;
  if (needed > parameters.length) {
    throw new GraphError(131008, { details: "buttons: Button of type Url requires a parameter" });
  }
}

function parametersOf(components: readonly Json[], kind: string): readonly Json[] {
  const component = components.find((candidate) => String(candidate["type"]).toLowerCase() === kind);
  return (component?.["parameters"] ?? []) as readonly Json[];
}
