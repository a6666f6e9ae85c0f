import { Button } from "@mantine/core";
import type { Callback, PhoneNumber } from "../../../contract/numbers.ts";
import { Callout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { WizardActions } from "../pieces/wizard.tsx";
import { useText } from "../texts/text-context.tsx";
import { CallbackBox } from "./callback-box.tsx";

export interface ConnectedMetaProps {
  readonly number: PhoneNumber;
  readonly callback: Callback;
  readonly finish: string;
  readonly onFinished: () => void;
}

/** After the connection: only Meta's side is left. */
export function ConnectedMeta({ number, callback, finish, onFinished }: ConnectedMetaProps) {
  const { rich, t } = useText();
  return (
    <Form onSubmit={onFinished}>
      <Callout tone="ok" title={t("numbers.connectedTitle")}>
        {rich("numbers.connectedWords", {
          name: <bdi>{number.verifiedName}</bdi>,
          phone: <Ltr>{number.displayPhoneNumber}</Ltr>,
        })}
      </Callout>
      <CallbackBox callback={callback} />
      <WizardActions>
        <Button type="submit" size="lg">
          {finish}
        </Button>
      </WizardActions>
    </Form>
  );
}
