import type { Outgoing } from "../../../../contract/conversations.ts";
import type { Template } from "../../../../contract/numbers.ts";

export interface TemplateValues {
  readonly body: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
  /** By button index. */
  readonly buttons: Readonly<Record<string, string>>;
  readonly headerUploadId: string | null;
}

export const NO_VALUES: TemplateValues = { body: {}, header: {}, buttons: {}, headerUploadId: null };

export type TemplateSegment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string; readonly value: string };

/** Splits a template's text at its {{variables}}, each with what stands there now ("" while it is empty). */
export function segmentTemplate(text: string, values: Readonly<Record<string, string>>): TemplateSegment[] {
  return text.split(/(\{\{\s*\w+\s*\}\})/).flatMap((part): TemplateSegment[] => {
    const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(part)?.[1];
    if (name !== undefined) return [{ kind: "variable", name, value: values[name] ?? "" }];
    return part === "" ? [] : [{ kind: "text", text: part }];
  });
}

/** The text as the customer will read it. */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return segmentTemplate(text, values)
    .map((segment) => (segment.kind === "text" ? segment.text : segment.value.trim()))
    .join("");
}

/** Buttons whose address ends in a variable: index and label. */
export function listButtonVariables(template: Template): Array<{ index: string; text: string }> {
  return template.buttons.flatMap((button, index) =>
    button.variable ? [{ index: String(index), text: button.text }] : [],
  );
}

export function needsHeaderFile(template: Template): boolean {
  return template.header !== null && ["IMAGE", "VIDEO", "DOCUMENT"].includes(template.header.format);
}

export function maySend(template: Template): boolean {
  return template.sendable && template.status.toUpperCase() === "APPROVED";
}

/** What the server takes, or undefined while something is still to be filled: sending stays off until then. */
export function composeTemplate(
  template: Template,
  values: TemplateValues,
): Extract<Outgoing, { kind: "template" }>["template"] | undefined {
  if (!maySend(template)) return undefined;
  const variables = pick(template.variables, values.body);
  const headerNames = template.header?.variables ?? [];
  const headerVariables = pick(headerNames, values.header);
  const buttonNames = listButtonVariables(template).map(({ index }) => index);
  const buttonVariables = pick(buttonNames, values.buttons);
  if (variables === undefined || headerVariables === undefined || buttonVariables === undefined)
    return undefined;
  if (needsHeaderFile(template) && values.headerUploadId === null) return undefined;
  return {
    templateId: template.id,
    variables,
    ...(headerNames.length > 0 ? { headerVariables } : {}),
    ...(buttonNames.length > 0 ? { buttonVariables } : {}),
    ...(values.headerUploadId === null ? {} : { headerUploadId: values.headerUploadId }),
  };
}

/** Meta refuses line breaks, tabs and runs of spaces in a variable: they become one space. */
function pick(
  names: readonly string[],
  values: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = (Object.hasOwn(values, name) ? (values[name] ?? "") : "").replace(/\s+/g, " ").trim();
    if (value === "") return undefined;
    picked[name] = value;
  }
  return picked;
}

/** Several languages of one name are one choice in the picker. */
export interface TemplateGroup {
  readonly name: string;
  readonly category: string;
  readonly templates: readonly Template[];
}

/** Approved ones whose name or words contain the search, the reader's customer's language first. */
export function listTemplateGroups(
  templates: readonly Template[],
  facts: { readonly search: string; readonly language: string | null },
): TemplateGroup[] {
  const search = facts.search.trim().toLowerCase();
  const groups = new Map<string, Template[]>();
  for (const template of templates) {
    if (template.status.toUpperCase() !== "APPROVED") continue;
    const words = `${template.name.replaceAll("_", " ")} ${template.name} ${template.body}`.toLowerCase();
    if (!words.includes(search)) continue;
    groups.set(template.name, [...(groups.get(template.name) ?? []), template]);
  }
  const isTheirs = (template: Template): boolean =>
    facts.language !== null && template.language.startsWith(facts.language);
  return [...groups].map(([name, list]) => ({
    name,
    category: list[0]?.category ?? "",
    templates: list.toSorted((one, other) => Number(isTheirs(other)) - Number(isTheirs(one))),
  }));
}
