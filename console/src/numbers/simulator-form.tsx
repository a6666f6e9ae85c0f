import { Button } from "@mantine/core";
import { IconDeviceMobile } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "../api/client.ts";
import { numbersQuery } from "../api/queries.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { ButtonsBelow } from "./buttons-below.tsx";
import { openPhone } from "./open-phone.ts";

const FORM = "connect-simulator";

export interface SimulatorFormProps {
  readonly finish: string;
  readonly onFinished: () => void;
  readonly slot: HTMLElement | null;
  readonly aside?: ReactNode;
}

/** One click: a number of the simulator, and the customer's phone in a second tab. */
export function SimulatorForm({ finish, onFinished, slot, aside }: SimulatorFormProps) {
  const { t, language } = useText();
  const queryClient = useQueryClient();
  const connect = useMutation({
    mutationFn: async () => {
      const number = await api.connectSimulator();
      await openPhone(number.id, language).catch(() => undefined);
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries(numbersQuery);
      onFinished();
    },
  });
  return (
    <Form id={FORM} onSubmit={() => connect.mutate()}>
      <Callout icon={<IconDeviceMobile size={16} stroke={1.6} />}>{t("numbers.simulatorOpens")}</Callout>
      <ProblemCallout error={connect.error} />
      <ButtonsBelow slot={slot} aside={aside}>
        <Button type="submit" form={FORM} size="lg" loading={connect.isPending}>
          {finish}
        </Button>
      </ButtonsBelow>
    </Form>
  );
}
