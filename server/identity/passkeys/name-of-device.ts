import Bowser from "bowser";

/** What a new passkey is called until its person says otherwise: "Chrome, Windows". */
export function nameOfDevice(userAgent: string | undefined): string {
  const { browser, os } = Bowser.parse(userAgent?.trim() || "unknown");
  const known = [browser.name, os.name].filter((part) => part !== undefined && part !== "");
  return known.length === 0 ? "Passkey" : known.join(", ").slice(0, 60);
}
