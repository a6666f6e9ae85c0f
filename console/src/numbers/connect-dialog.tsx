import { Button, Modal } from "@mantine/core";
import { useText } from "../texts/text-context.tsx";
import { ConnectNumber } from "./connect-number.tsx";

export interface ConnectDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly only?: "meta";
}

export function ConnectDialog({ opened, onClose, only }: ConnectDialogProps) {
  const { t } = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={t("numbers.connectOne")} size={640}>
      <ConnectNumber
        finish={t("common.done")}
        onFinished={onClose}
        {...(only === undefined ? {} : { only })}
        aside={
          <Button variant="subtle" size="lg" onClick={onClose}>
            {t("common.cancel")}
          </Button>
        }
      />
    </Modal>
  );
}
