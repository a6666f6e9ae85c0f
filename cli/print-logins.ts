import type { DemoLogin } from "./demo/seed-team.ts";

/** How many recovery codes are shown of each: enough to look around without an authenticator. */
const SHOWN_CODES = 2;

/** The logins of the sample business, for the one time that they can be read. */
export function printLogins(logins: readonly DemoLogin[], say: (line: string) => void): void {
  const rows = logins.map(({ name, role, email, password, totpSecret }) => [
    `${name} (${role.replace("_", " ")})`,
    email,
    password,
    totpSecret,
  ]);
  say("\n  The sample business Marsa Home. These logins are shown once:\n");
  const table = [["Who", "E-mail", "Password", "Key for an authenticator"], ...rows];
  for (const row of table) {
    const widths = row.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
    say(
      `    ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}`,
    );
  }
  say(
    '\n  The second step asks for a code. Enter the key in an authenticator app ("set up by key"), or print a code:',
  );
  say("      oathtool --totp --base32 KEY");
  say("  or use one of these recovery codes, each once:");
  for (const { name, recoveryCodes } of logins) {
    say(`      ${name.padEnd(14)} ${recoveryCodes.slice(0, SHOWN_CODES).join("   ")}`);
  }
  say(
    "\n  A customer's phone opens from More > Numbers in the console, or with: ./wardroom simulator --demo\n",
  );
}
