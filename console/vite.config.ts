import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: folder("."),
  base: "/",
  /** Outside node_modules: an installation may be read-only for the account that builds. */
  cacheDir: folder("../.cache/vite"),
  plugins: [react()],
  build: {
    outDir: folder("dist"),
    emptyOutDir: true,
    /** The first ones with light-dark() and CSS nesting; below them Vite would rewrite our colours. */
    target: ["chrome123", "firefox121", "safari17.5"],
    /** A strict policy refuses data: fonts and styles, so nothing is inlined. */
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The words by which a new password is judged, on the pages where one is made.
    chunkSizeWarningLimit: 1300,
  },
});
