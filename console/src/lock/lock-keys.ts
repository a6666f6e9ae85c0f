const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** As people see it. */
export const LOCK_KEYS = IS_APPLE ? "⌘⇧L" : "Ctrl+Shift+L";

/** Whether a key press asks to lock the screen; also while typing. */
export function isLockKey(event: KeyboardEvent): boolean {
  const modifier = IS_APPLE ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  return event.code === "KeyL" && modifier && event.shiftKey && !event.altKey && !event.repeat;
}
