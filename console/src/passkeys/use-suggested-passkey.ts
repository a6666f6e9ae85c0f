import { useEffect, useRef } from "react";
import type { Assertion } from "../../../contract/passkeys.ts";
import { api } from "../api/client.ts";
import { answerWithPasskey, canSuggestPasskeys, stopAsking } from "./passkeys.ts";

/** A challenge holds for five minutes; the browser is asked afresh before. */
const RENEW_MS = 4 * 60_000;

/** While the page is open, lets the browser suggest a passkey in the field for the user name, where it can. */
export function useSuggestedPasskey(onChosen: (passkey: Assertion) => void): void {
  const chosen = useRef(onChosen);
  chosen.current = onChosen;
  useEffect(() => {
    let isLeft = false;
    const suggest = async () => {
      if (!(await canSuggestPasskeys()) || isLeft) return;
      const request = await api.askSignInPasskey();
      if (isLeft) return;
      const passkey = await answerWithPasskey(request, "autofill");
      if (!isLeft) chosen.current(passkey);
    };
    // What was not suggested is not missed: the button is there.
    const start = () => void suggest().catch(() => undefined);
    start();
    const timer = setInterval(start, RENEW_MS);
    return () => {
      isLeft = true;
      clearInterval(timer);
      stopAsking();
    };
  }, []);
}
