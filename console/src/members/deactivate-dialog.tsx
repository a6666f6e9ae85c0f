import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Member } from "../../../contract/members.ts";
import { api } from "../api/client.ts";
import { membersQuery } from "../api/queries.ts";
import { ConfirmDialog } from "../pieces/confirm-dialog.tsx";
import { useText } from "../texts/text-context.tsx";

export interface DeactivateDialogProps {
  readonly member: Member;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function DeactivateDialog({ member, opened, onClose }: DeactivateDialogProps) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const deactivate = useMutation({
    mutationFn: () => api.deactivateMember({ params: { id: member.id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(membersQuery);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("members.deactivateTitle", { name: member.name })}
      action={t("members.deactivate")}
      destructive
      busy={deactivate.isPending}
      error={deactivate.error}
      onConfirm={() => deactivate.mutate()}
    >
      <ul>
        <li>{t("members.deactivateSessions")}</li>
        <li>{t("members.deactivateChats")}</li>
        <li>{t("members.deactivateKept")}</li>
      </ul>
    </ConfirmDialog>
  );
}
