import "./theme/layers.css";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/noto-sans-arabic/wght.css";
import "./theme/mantine-styles.ts";
import "./theme/tokens.css";
import "./theme/base.css";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query-client.ts";
import { App } from "./app.tsx";
import { createConsoleRouter } from "./routes/router.tsx";
import { leaveSession } from "./shell/leave-session.ts";
import { findLanguage } from "./texts/language-choice.ts";
import { loadTexts } from "./texts/load-texts.ts";

/** Puts the console together and shows it. */
export async function start(root: HTMLElement): Promise<void> {
  reloadWhenReplaced();
  const language = findLanguage();
  const texts = await loadTexts(language);
  const queryClient = createQueryClient(() => void leaveSession(router, queryClient, "ended"));
  const router = createConsoleRouter(queryClient);
  createRoot(root).render(<App texts={{ language, texts }} queryClient={queryClient} router={router} />);
}

const RELOADED_AT = "wardroom.reloaded-at";
/** A page that was just loaded anew and still misses a file has another trouble than an update, in ms. */
const RELOAD_PAUSE_MS = 10_000;

/** After an update of the server this page names files that are gone; the new page names the new ones. */
function reloadWhenReplaced(): void {
  window.addEventListener("vite:preloadError", () => {
    const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
    if (Date.now() - last < RELOAD_PAUSE_MS) return;
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    window.location.reload();
  });
}
