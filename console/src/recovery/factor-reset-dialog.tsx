import { Button, Modal, Radio, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Member } from "../../../contract/members.ts";
import { type IdentityCheck, identityCheck } from "../../../contract/recovery.ts";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { howText } from "./factor-reset-line.tsx";
import css from "./recovery.module.css";
import { factorResetsQuery } from "./recovery-queries.ts";

export interface FactorResetDialogProps {
  readonly member: Member;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** An Admin says how they made sure who it is; the rest takes a day. */
export function FactorResetDialog({ member, opened, onClose }: FactorResetDialogProps) {
  const { t } = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("recovery.resetFactorsOf", { name: member.name })}
      size={480}
    >
      <ResetForm member={member} onClose={onClose} />
    </Modal>
  );
}

function ResetForm({ member, onClose }: Omit<FactorResetDialogProps, "opened">) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [how, setHow] = useState<IdentityCheck>();
  const [note, setNote] = useState("");
  const start = useMutation({
    mutationFn: (check: IdentityCheck) =>
      api.startFactorReset({ params: { id: member.id }, body: { how: check, note: note.trim() } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(factorResetsQuery);
      onClose();
    },
  });
  return (
    <Form onSubmit={() => (how === undefined ? undefined : start.mutate(how))}>
      <Callout tone="warn">{t("recovery.resetLede", { name: member.name })}</Callout>
      <Radio.Group
        label={t("recovery.how")}
        value={how ?? ""}
        onChange={(value) => setHow(identityCheck.parse(value))}
      >
        <div className={css.stack}>
          {identityCheck.options.map((option) => (
            <Radio key={option} value={option} label={howText(t, option)} />
          ))}
        </div>
      </Radio.Group>
      <Textarea
        label={t("recovery.note")}
        description={t("recovery.noteHint")}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        dir="auto"
        maxLength={300}
        minRows={2}
        autosize
      />
      <ProblemCallout error={start.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose} data-autofocus>
          {t("common.cancel")}
        </Button>
        <Button
          type="submit"
          color="red"
          loading={start.isPending}
          disabled={how === undefined || note.trim() === ""}
        >
          {t("recovery.startReset")}
        </Button>
      </FormActions>
    </Form>
  );
}
