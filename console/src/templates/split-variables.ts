export interface TemplatePart {
  readonly text: string;
  readonly isVariable: boolean;
}

/** "Hello {{1}}" as words and the names of variables. */
export function splitVariables(text: string): TemplatePart[] {
  return text
    .split(/(\{\{\s*\w+\s*\}\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(part)?.[1];
      return name === undefined ? { text: part, isVariable: false } : { text: name, isVariable: true };
    });
}
