/** What real secrets look like. Ours in tests are made up as they run, or look like none of these. */
const PATTERNS: ReadonlyMap<string, RegExp> = new Map([
  ["a private key", /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}/],
  ["a token of Meta", /\bEAA[A-Za-z0-9]{30,}/],
  ["a key of Amazon", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a key of Google", /\bAIza[A-Za-z0-9_-]{35}\b/],
  ["a token of GitHub", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/],
  ["a token of npm", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["a token of Slack", /\bxox[abprs]-[A-Za-z0-9-]{20,}/],
  [
    "a password in an address",
    /\b[a-z][a-z+]{2,12}:\/\/[^\s:/@${}<>"'`]+:[^\s:/@${}<>"'`]{8,}@[a-z0-9.-]+\.[a-z]{2,}/,
  ],
]);

/** Everything in `text` that looks like a secret, by line. The secret itself is not repeated. */
export function findSecrets(path: string, text: string): string[] {
  return [...PATTERNS].flatMap(([what, pattern]) => {
    const at = text.search(pattern);
    return at === -1 ? [] : [`${path}:${text.slice(0, at).split("\n").length} holds ${what}`];
  });
}
