import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client.ts";
import { setupQuery } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { WizardActions } from "../pieces/wizard.tsx";
import { useText } from "../texts/text-context.tsx";

/** Only who reads the terminal may set up: the code is traded for a set-up session of this browser. */
export function CodeStep(props: { readonly onDone: () => void }) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const open = useMutation({
    mutationFn: () => api.openSetup({ body: { code: code.trim() } }),
    meta: { expectsSignedOut: true },
    onSuccess: async () => {
      await queryClient.invalidateQueries(setupQuery);
      props.onDone();
    },
  });
  const submit = () => {
    setTried(true);
    if (code.trim() !== "") open.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <TextInput
        label={t("setup.code")}
        description={t("setup.codeHint")}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={tried && code.trim() === "" ? t("setup.faultCode") : undefined}
        size="lg"
        dir="ltr"
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <ProblemCallout error={open.error} />
      <WizardActions>
        <Button type="submit" size="lg" loading={open.isPending}>
          {t("setup.begin")}
        </Button>
      </WizardActions>
    </Form>
  );
}
