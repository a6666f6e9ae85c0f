import { useText } from "../texts/text-context.tsx";
import type { Failure } from "./failure-text.ts";

/** `failureText(failure)`: a sentence in plain words, beginning small: it follows "Not delivered:". */
export function useFailureText(): (failure: Failure | null) => string {
  const { t, find } = useText();
  return (failure) => {
    if (failure === null) return t("reason.unknown");
    const told = find(`reason.${failure.reason}`);
    if (told !== undefined) return told;
    return failure.code === null
      ? t("reason.unknown")
      : t("reason.unknownCode", { code: String(failure.code) });
  };
}
