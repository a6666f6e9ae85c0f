import Bowser from "bowser";

/** A browser in the words that people use for it. Null where it does not say. */
export interface BrowserWords {
  /** "Firefox 142". */
  readonly browser: string | null;
  /** "macOS", "Android". */
  readonly system: string | null;
  readonly kind: "desktop" | "mobile" | "tablet";
}

/** What a user agent says of itself: a hint for its owner's eyes, and nothing that is relied on. */
export function describeBrowser(userAgent: string | undefined): BrowserWords {
  if (userAgent === undefined || userAgent === "") return { browser: null, system: null, kind: "desktop" };
  const { browser, os, platform } = Bowser.parse(userAgent);
  const major = browser.version?.split(".")[0];
  const name = browser.name === undefined || browser.name === "" ? null : browser.name;
  return {
    browser: name === null || major === undefined ? name : `${name} ${major}`,
    system: os.name ?? null,
    kind: platform.type === "mobile" || platform.type === "tablet" ? platform.type : "desktop",
  };
}
