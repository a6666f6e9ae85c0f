import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { membersQuery } from "../api/queries.ts";
import { ConfirmDialog } from "../pieces/confirm-dialog.tsx";
import { useText } from "../texts/text-context.tsx";
import type { DeactivateDialogProps } from "./deactivate-dialog.tsx";

export function ReactivateDialog({ member, opened, onClose }: DeactivateDialogProps) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const reactivate = useMutation({
    mutationFn: () => api.reactivateMember({ params: { id: member.id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(membersQuery);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("members.reactivateTitle", { name: member.name })}
      action={t("members.reactivate")}
      busy={reactivate.isPending}
      error={reactivate.error}
      onConfirm={() => reactivate.mutate()}
    >
      <p>{t("members.reactivateWords", { role: t(`role.${member.role}`) })}</p>
    </ConfirmDialog>
  );
}
