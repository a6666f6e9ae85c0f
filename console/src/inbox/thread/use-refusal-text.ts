import { useText } from "../../texts/text-context.tsx";
import { findReason } from "../failure-text.ts";

/** Words for the code of a refusal of our own server, small at the beginning: they follow "Not sent:". */
export function useRefusalText(): (code: string | null) => string {
  const { t, find } = useText();
  return (code) => {
    if (code === null) return t("reason.unknown");
    const name = code.slice(code.indexOf(".") + 1);
    const reason = findReason({ code: null, reason: name });
    if (reason !== undefined) return t(reason as "reason.unknown");
    return find(`problem.${code}`) ?? t("reason.refusedHere");
  };
}
