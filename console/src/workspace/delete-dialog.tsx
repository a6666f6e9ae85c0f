import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./delete-dialog.module.css";
import { deletionQuery } from "./deletion-query.ts";

interface DeleteDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Asks for the workspace's name, so that a slip of the mouse deletes nothing. */
export function DeleteDialog({ opened, onClose }: DeleteDialogProps) {
  const { t } = useText();
  const { name } = useMe().workspace;
  return (
    <Modal opened={opened} onClose={onClose} title={t("workspace.deleteTitle", { name })} size={480}>
      <DeleteForm onClose={onClose} />
    </Modal>
  );
}

function DeleteForm({ onClose }: Pick<DeleteDialogProps, "onClose">) {
  const { t } = useText();
  const { name } = useMe().workspace;
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState("");
  const ask = useMutation({
    mutationFn: () => api.askForDeletion({ body: { name: typed } }),
    onSuccess: (answer) => {
      queryClient.setQueryData(deletionQuery.queryKey, answer);
      onClose();
    },
  });
  const fits = typed.trim() === name.trim();
  const submit = () => {
    if (fits) ask.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <ul className={css.effects}>
        <li>{t("workspace.effectWait")}</li>
        <li>{t("workspace.effectKeys")}</li>
        <li>{t("workspace.effectLogin")}</li>
      </ul>
      <TextInput
        label={t("workspace.typeName", { name })}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        autoComplete="off"
        dir="auto"
        data-autofocus
      />
      <ProblemCallout error={ask.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" color="red" disabled={!fits} loading={ask.isPending}>
          {t("workspace.confirm")}
        </Button>
      </FormActions>
    </Form>
  );
}
