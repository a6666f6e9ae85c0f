import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Factor } from "../../../contract/factors.ts";
import { api } from "../api/client.ts";
import { factorsQuery, sessionQuery } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { ConfirmDialog } from "../pieces/confirm-dialog.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";

interface FactorDialogProps {
  readonly factor: Factor;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function RenameFactorDialog({ factor, opened, onClose }: FactorDialogProps) {
  const { t } = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={t("factors.rename")} size={400}>
      <RenameForm factor={factor} onClose={onClose} />
    </Modal>
  );
}

function RenameForm({ factor, onClose }: Omit<FactorDialogProps, "opened">) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [name, setName] = useState(factor.name ?? "");
  const rename = useMutation({
    mutationFn: () => api.renameFactor({ params: { id: factor.id }, body: { name: name.trim() } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(factorsQuery);
      onClose();
    },
  });
  return (
    <Form onSubmit={() => (name.trim() === "" ? undefined : rename.mutate())}>
      <TextInput
        label={t("factors.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        dir="auto"
        maxLength={60}
        autoComplete="off"
        data-autofocus
      />
      <ProblemCallout error={rename.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={rename.isPending} disabled={name.trim() === ""}>
          {t("common.save")}
        </Button>
      </FormActions>
    </Form>
  );
}

export function RemoveFactorDialog(
  props: FactorDialogProps & { readonly name: string; readonly onRemoved: () => void },
) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const { factor, name, opened, onRemoved, onClose } = props;
  const remove = useMutation({
    mutationFn: () => api.removeFactor({ params: { id: factor.id } }),
    onSuccess: async () => {
      onRemoved();
      await queryClient.invalidateQueries(factorsQuery);
      await queryClient.invalidateQueries(sessionQuery);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      title={t("factors.removeTitle", { name })}
      action={t("factors.remove")}
      destructive
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{t("factors.removeWords")}</p>
    </ConfirmDialog>
  );
}
