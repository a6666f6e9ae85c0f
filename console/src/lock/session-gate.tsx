import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isNetworkRefused, isSignedOut } from "../api/api-problem.ts";
import { sessionQuery, WALKING } from "../api/queries.ts";
import { leaveSession } from "../shell/leave-session.ts";
import { Shell } from "../shell/shell.tsx";
import { BindingScreen } from "./binding-screen.tsx";
import { LockScreen } from "./lock-screen.tsx";
import { useIdleLock } from "./use-idle-lock.ts";
import { useLock } from "./use-lock.ts";
import { useLockShortcut } from "./use-lock-shortcut.ts";

/** Ours: the way in has asked a moment ago, and need not ask again to show the first page. */
const JUST_ASKED_MS = 5_000;

/**
 * Shows the console to a session that may see it, and nothing of it to one that is locked or has turned up elsewhere:
 * the pages are taken away, not covered. The address stays, so that it goes on where it was.
 */
export function SessionGate() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data, error } = useQuery({ ...sessionQuery, ...WALKING, staleTime: JUST_ASKED_MS });
  const { lock, unlocked } = useLock();
  const isOpen = data?.state === "signed_in";
  useIdleLock(isOpen ? data.lockAfterMinutes : undefined, () => void lock());
  useLockShortcut(() => void (isOpen && lock()));
  const isOver =
    isSignedOut(error) ||
    data?.state === "factor_needed" ||
    data?.state === "enrolment_needed" ||
    data?.state === "device_pending" ||
    data?.state === "password_needed";
  const leave = useRef(() => void leaveSession(router, queryClient, "ended"));
  useEffect(() => {
    if (isOver) leave.current();
  }, [isOver]);
  const isRefused = isNetworkRefused(error);
  useEffect(() => {
    if (isRefused) void router.navigate({ to: "/network-refused", replace: true });
  }, [isRefused, router]);
  if (data?.state === "locked") return <LockScreen state={data} onProved={unlocked} />;
  if (data?.state === "binding_unproved") return <BindingScreen />;
  if (data?.state === "network_changed") return <LockScreen state={data} onProved={unlocked} />;
  // Whoever is on the way out keeps the page until they are there; nobody else sees one.
  return isOver || isRefused ? null : <Shell />;
}
