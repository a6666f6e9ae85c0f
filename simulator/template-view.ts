import type { TemplateRecord } from "./records.ts";

/** A template as GET message_templates lists it. */
export function templateView(template: TemplateRecord): Record<string, unknown> {
  return {
    name: template.name,
    parameter_format: template.parameterFormat,
    components: template.components,
    language: template.language,
    status: template.status,
    category: template.category,
    ...(template.rejectedReason === undefined ? {} : { rejected_reason: template.rejectedReason }),
    id: template.templateId,
  };
}
