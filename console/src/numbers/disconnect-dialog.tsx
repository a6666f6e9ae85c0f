import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { PhoneNumber } from "../../../contract/numbers.ts";
import { api } from "../api/client.ts";
import { numbersQuery } from "../api/queries.ts";
import { ConfirmDialog } from "../pieces/confirm-dialog.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { useText } from "../texts/text-context.tsx";

export interface DisconnectDialogProps {
  readonly number: PhoneNumber;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function DisconnectDialog({ number, opened, onClose }: DisconnectDialogProps) {
  const { t, rich } = useText();
  const queryClient = useQueryClient();
  const disconnect = useMutation({
    mutationFn: () => api.disconnectNumber({ params: { id: number.id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(numbersQuery);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("numbers.disconnectTitle")}
      action={t("numbers.disconnect")}
      destructive
      busy={disconnect.isPending}
      error={disconnect.error}
      onConfirm={() => disconnect.mutate()}
    >
      {rich("numbers.disconnectWords", { phone: <Ltr>{number.displayPhoneNumber}</Ltr> })}
      <ul>
        <li>{t("numbers.disconnectStops")}</li>
        <li>{t("numbers.disconnectToken")}</li>
        <li>{t("numbers.disconnectChats")}</li>
      </ul>
    </ConfirmDialog>
  );
}
