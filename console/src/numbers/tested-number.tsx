import type { Contract } from "../../../contract/contract.ts";
import type { Answer } from "../api/client.ts";
import { Callout } from "../pieces/callout.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import { qualityText } from "./quality.ts";

/** What Meta said to the test: that the token works, or which permissions it lacks; and when it runs out. */
export function TestedNumber(props: { readonly tested: Answer<Contract["testMetaNumber"]> }) {
  const { t, rich } = useText();
  const formats = useFormats();
  const { displayPhoneNumber, verifiedName, quality, missingScopes, tokenExpiresAt } = props.tested;
  if (missingScopes.length > 0) {
    return (
      <Callout tone="critical" title={t("numbers.scopesMissing")}>
        <Ltr>{missingScopes.join(", ")}</Ltr>
      </Callout>
    );
  }
  const words = rich("numbers.accepted", {
    name: <bdi>{verifiedName}</bdi>,
    phone: <Ltr>{displayPhoneNumber}</Ltr>,
    quality: qualityText(quality, t),
  });
  return (
    <>
      <Callout tone="ok" title={t("numbers.acceptedTitle")}>
        {words}
      </Callout>
      {tokenExpiresAt === null ? null : (
        <Callout tone="warn">{t("numbers.tokenExpires", { date: formats.date(tokenExpiresAt) })}</Callout>
      )}
    </>
  );
}
