import { Outlet, useMatchRoute } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useMe } from "../api/me.ts";
import { WaitingDevices } from "../devices/waiting-devices.tsx";
import { LiveProvider } from "../live/live-context.tsx";
import { NetworkNote } from "../networks/network-note.tsx";
import { RecoveryBanner } from "../recovery/recovery-banner.tsx";
import { ScreenBlur } from "../screen/screen-blur.tsx";
import { TimeZone, useText } from "../texts/text-context.tsx";
import { DeletionBand } from "../workspace/deletion-band.tsx";
import { OfflineStrip } from "./offline-strip.tsx";
import css from "./shell.module.css";
import { Sidebar } from "./sidebar.tsx";
import { SimulatorBand } from "./simulator-band.tsx";
import { TabBar } from "./tab-bar.tsx";

/** The frame of every signed-in page: sidebar (rail, tab bar), strip when offline, and the page. */
export function Shell() {
  const me = useMe();
  const { t } = useText();
  const inChat = useMatchRoute()({ to: "/inbox/$view/$conversationId" }) !== false;
  useOwnLanguage();
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
            <WaitingDevices />
            <DeletionBand />
            <NetworkNote />
            <RecoveryBanner />
            <Outlet />
          </main>
          {inChat ? null : <TabBar />}
          <ScreenBlur />
        </div>
      </LiveProvider>
    </TimeZone>
  );
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
