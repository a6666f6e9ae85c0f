import { PasskeyProblem } from "../passkeys/passkeys.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import { ApiProblem, NetworkProblem } from "./api-problem.ts";

export interface ProblemWords {
  readonly text: string;
  /** Names the request in the server's log. */
  readonly reference: string | undefined;
}

/** `const problemText = useProblemText(); problemText(error).text`: words by code, else by status. */
export function useProblemText(): (error: unknown) => ProblemWords {
  const { t, find } = useText();
  const formats = useFormats();
  return (error) => {
    if (error instanceof PasskeyProblem) return { text: t(`passkey.${error.trouble}`), reference: undefined };
    if (error instanceof NetworkProblem) return { text: t("problem.network"), reference: undefined };
    if (!(error instanceof ApiProblem)) return { text: t("problem.unreadable"), reference: undefined };
    const { code, status, requestId, retryAfter } = error.problem;
    const reference = requestId === "" ? undefined : requestId;
    if (status === 429 && retryAfter !== undefined) {
      return { text: t("problem.retryAfter", { duration: formats.duration(retryAfter * 1000) }), reference };
    }
    const text = find(`problem.${code}`) ?? find(`problem.status.${status}`) ?? t("problem.status.500");
    return { text, reference };
  };
}
