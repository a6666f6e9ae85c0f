import { useText } from "../texts/text-context.tsx";
import { type Failure, findReason } from "./failure-text.ts";

/** `failureText(failure)`: a sentence in plain words, beginning small: it follows "Not delivered:". */
export function useFailureText(): (failure: Failure | null) => string {
  const { t } = useText();
  return (failure) => {
    if (failure === null) return t("reason.unknown");
    const reason = findReason(failure);
    if (reason !== undefined) return t(reason as "reason.unknown");
    return failure.code === null
      ? t("reason.unknown")
      : t("reason.unknownCode", { code: String(failure.code) });
  };
}
