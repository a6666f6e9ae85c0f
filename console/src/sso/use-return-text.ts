import { useText } from "../texts/text-context.tsx";

/** Why a way to the company's provider and back did not end well, by its code. */
export function useReturnText(): (code: string) => string {
  const { t, find } = useText();
  return (code) => find(`problem.${code}`) ?? t("problem.sso.answer_refused");
}
