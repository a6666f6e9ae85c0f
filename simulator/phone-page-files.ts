import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";

const PAGE_FILES: Readonly<Record<string, string>> = {
  "index.html": HTML,
  "phone.css": CSS,
  "tokens.css": CSS,
  "phone.js": SCRIPT,
  "phone-api.js": SCRIPT,
  "texts.js": SCRIPT,
  "elements.js": SCRIPT,
  "icons.js": SCRIPT,
  "customer-list.js": SCRIPT,
  "thread.js": SCRIPT,
  "composer.js": SCRIPT,
  "voice.js": SCRIPT,
  "sound-player.js": SCRIPT,
  "side-pane.js": SCRIPT,
  "dialogs.js": SCRIPT,
};

const FONTS: Readonly<Record<string, string>> = {
  "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "arabic.woff2": "@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2",
};

/** The page's few files, read once at start. A fixed list: no path of a request ever reaches the disk. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const [name, type] of Object.entries(PAGE_FILES)) {
    files.set(name, { type, bytes: readFileSync(join(import.meta.dirname, "page", name)) });
  }
  for (const [name, path] of Object.entries(FONTS)) {
    const bytes = readFont(path);
    if (bytes !== undefined) files.set(name, { type: "font/woff2", bytes });
  }
  return files;
}

/** Without the font packages (an installation without development dependencies) the page takes the system's font. */
function readFont(path: string): Buffer | undefined {
  try {
    return readFileSync(createRequire(import.meta.url).resolve(path));
  } catch {
    return undefined;
  }
}
