import { useState } from "react";

/** How long a message found by a jump stays lit, in ms. */
const LIT_MS = 1600;

/** `jump(messageId)` leads to a message that is loaded and lights it for a moment. */
export function useJump() {
  const [litId, setLitId] = useState<string>();
  const jump = (messageId: string) => {
    const target = document.getElementById(`message-${messageId}`);
    if (target === null) return;
    target.scrollIntoView({ block: "center" });
    setLitId(messageId);
    setTimeout(() => setLitId((now) => (now === messageId ? undefined : now)), LIT_MS);
  };
  return { litId, jump };
}
