import { useMutation } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { ConfirmDialog } from "../pieces/confirm-dialog.tsx";
import { useText } from "../texts/text-context.tsx";
import type { DeactivateDialogProps } from "./deactivate-dialog.tsx";

/** A colleague's password is known to others: they are out, and choose another before anything else. */
export function AskPasswordDialog({ member, opened, onClose }: DeactivateDialogProps) {
  const { t } = useText();
  const ask = useMutation({
    mutationFn: () => api.askNewPassword({ params: { id: member.id } }),
    onSuccess: onClose,
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("members.askPasswordOf", { name: member.name })}
      action={t("members.askPassword")}
      destructive
      busy={ask.isPending}
      error={ask.error}
      onConfirm={() => ask.mutate()}
    >
      <p>{t("members.askPasswordWords")}</p>
    </ConfirmDialog>
  );
}
