import { useText } from "../../texts/text-context.tsx";
import { reasonOfRefusal } from "../failure-text.ts";

/** Words for the code of a refusal of our own server, small at the beginning: they follow "Not sent:". */
export function useRefusalText(): (code: string | null) => string {
  const { find, t } = useText();
  return (code) => {
    const key = code === null ? "reason.refusedHere" : reasonOfRefusal(code);
    return find(key) ?? t("reason.refusedHere");
  };
}
