/**
 * What was typed as an international number, "+" and digits; undefined when it cannot be one. Reads Arabic-Indic digits,
 * a leading 00, and the usual separators. The server has the last word. Lengths: ITU-T E.164, at most 15 digits.
 */
export function readPhone(typed: string): string | undefined {
  const latin = typed.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) =>
    String((digit.codePointAt(0) ?? 0) % 16),
  );
  const bare = latin.replace(/[\s().\-\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "").replace(/^00/, "+");
  return /^\+[1-9]\d{6,14}$/.test(bare) ? bare : undefined;
}
