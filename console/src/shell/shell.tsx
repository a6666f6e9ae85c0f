import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useMatchRoute, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isSignedOut } from "../api/api-problem.ts";
import { useMe } from "../api/me.ts";
import { sessionQuery, WALKING } from "../api/queries.ts";
import { LiveProvider } from "../live/live-context.tsx";
import { RecoveryBanner } from "../recovery/recovery-banner.tsx";
import { TimeZone, useText } from "../texts/text-context.tsx";
import { leaveSession } from "./leave-session.ts";
import { OfflineStrip } from "./offline-strip.tsx";
import css from "./shell.module.css";
import { Sidebar } from "./sidebar.tsx";
import { SimulatorBand } from "./simulator-band.tsx";
import { TabBar } from "./tab-bar.tsx";

/** The frame of every signed-in page: sidebar (rail, tab bar), strip when offline, and the page. */
export function Shell() {
  const me = useMe();
  const { t } = useText();
  const router = useRouter();
  const queryClient = useQueryClient();
  const inChat = useMatchRoute()({ to: "/inbox/$view/$conversationId" }) !== false;
  const leave = () => void leaveSession(router, queryClient, "ended");
  useOwnLanguage();
  useWatchedSession(leave);
  return (
    <TimeZone name={me.workspace.timeZone}>
      <LiveProvider>
        <div className={css.shell}>
          <a className={css.skip} href="#main">
            {t("shell.skip")}
          </a>
          <Sidebar />
          <main id="main" className={css.main} tabIndex={-1}>
            <SimulatorBand />
            <OfflineStrip />
            <RecoveryBanner />
            <Outlet />
          </main>
          {inChat ? null : <TabBar />}
        </div>
      </LiveProvider>
    </TimeZone>
  );
}

/** Asks again who is signed in whenever that may have changed; a new role shows at once. */
function useWatchedSession(leave: () => void): void {
  const { error } = useQuery({ ...sessionQuery, ...WALKING });
  const isOver = isSignedOut(error);
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    if (isOver) latest.current();
  }, [isOver]);
}

/** A member's own language wins over what this device last showed, once, at sign-in. */
function useOwnLanguage(): void {
  const me = useMe();
  const { setLanguage, language } = useText();
  const applied = useRef<string>(undefined);
  useEffect(() => {
    if (applied.current === me.language) return;
    applied.current = me.language;
    if (me.language !== language) void setLanguage(me.language);
  }, [me.language, language, setLanguage]);
}
