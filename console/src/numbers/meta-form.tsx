import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Callback, PhoneNumber } from "../../../contract/numbers.ts";
import { api } from "../api/client.ts";
import { numbersQuery } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Columns, Form, Wide } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { ButtonsBelow } from "./buttons-below.tsx";
import { EMPTY_META, listFaults, type MetaDraft, trimmed } from "./meta-draft.ts";
import { TestedNumber } from "./tested-number.tsx";

const FORM = "connect-meta";

export interface MetaFormProps {
  readonly onConnected: (connected: { number: PhoneNumber; callback: Callback }) => void;
  readonly slot: HTMLElement | null;
  readonly aside?: ReactNode;
}

/** Five values, a test that keeps nothing, then the connection. */
export function MetaForm({ onConnected, slot, aside }: MetaFormProps) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<MetaDraft>(EMPTY_META);
  const [tried, setTried] = useState(false);
  const test = useMutation({ mutationFn: () => api.testMetaNumber({ body: trimmed(draft) }) });
  const connect = useMutation({
    mutationFn: () => api.connectMetaNumber({ body: trimmed(draft) }),
    onSuccess: async (connected) => {
      await queryClient.invalidateQueries({ ...numbersQuery, exact: true });
      onConnected(connected);
    },
  });
  const faults = listFaults(draft);
  const tested = test.data;
  const mayConnect = tested !== undefined && tested.missingScopes.length === 0;
  const submit = () => {
    setTried(true);
    if (faults.length > 0) return;
    if (mayConnect) connect.mutate();
    else test.mutate();
  };
  const field = (name: keyof MetaDraft) => ({
    label: t(`numbers.${name}`),
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      setDraft({ ...draft, [name]: event.currentTarget.value });
      test.reset();
      connect.reset();
    },
    error: tried && faults.includes(name) ? t(`numbers.${name}Fault`) : undefined,
    dir: "ltr" as const,
    autoComplete: "off",
    spellCheck: false,
  });
  return (
    <Form id={FORM} onSubmit={submit}>
      <Columns>
        <TextInput {...field("appId")} inputMode="numeric" />
        <PasswordInput {...field("appSecret")} autoComplete="new-password" />
        <TextInput {...field("wabaId")} inputMode="numeric" />
        <TextInput {...field("phoneNumberId")} inputMode="numeric" />
        <Wide>
          <PasswordInput
            {...field("accessToken")}
            autoComplete="new-password"
            description={t("numbers.accessTokenHint")}
          />
        </Wide>
      </Columns>
      {tested === undefined ? null : <TestedNumber tested={tested} />}
      <ProblemCallout error={test.error ?? connect.error} />
      <ButtonsBelow slot={slot} aside={aside}>
        <Button type="submit" form={FORM} size="lg" loading={test.isPending || connect.isPending}>
          {mayConnect ? t("numbers.connect") : t("numbers.test")}
        </Button>
      </ButtonsBelow>
    </Form>
  );
}
