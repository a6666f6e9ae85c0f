import { Button, Modal } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client.ts";
import { factorsQuery, sessionQuery } from "../api/queries.ts";
import { Scan } from "../factor/factor-setup.tsx";
import { ProblemCallout } from "../pieces/callout.tsx";
import { CodeField } from "../pieces/code-field.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useText } from "../texts/text-context.tsx";

export interface AddAppDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

/** An authenticator app beside what one has already: scan, and a code that shows that it works. */
export function AddAppDialog({ opened, onClose, onAdded }: AddAppDialogProps) {
  const { t } = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("factors.addApp")}
      size={520}
      closeOnClickOutside={false}
    >
      <AddApp onClose={onClose} onAdded={onAdded} />
    </Modal>
  );
}

function AddApp({ onClose, onAdded }: Omit<AddAppDialogProps, "opened">) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [totp, setTotp] = useState("");
  const offer = useQuery({
    queryKey: ["factors", "offer"],
    queryFn: () => api.offerFactor(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const enrolment = offer.data;
  const add = useMutation({
    mutationFn: async () => {
      if (enrolment !== undefined) await api.addFactor({ body: { enrolment: enrolment.enrolment, totp } });
    },
    onError: () => setTotp(""),
    onSuccess: async () => {
      onAdded();
      await queryClient.invalidateQueries({ ...factorsQuery, exact: true });
      await queryClient.invalidateQueries(sessionQuery);
      onClose();
    },
  });
  if (offer.isError) return <ErrorState error={offer.error} onRetry={() => void offer.refetch()} />;
  if (enrolment === undefined) return <SkeletonRows rows={3} avatar={false} />;
  return (
    <Form onSubmit={() => (totp.length === 6 ? add.mutate() : undefined)}>
      <Scan enrolment={enrolment} />
      <CodeField label={t("factor.code")} hint={t("factor.codeHint")} value={totp} onChange={setTotp} />
      <ProblemCallout error={add.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={add.isPending} disabled={totp.length !== 6}>
          {t("factors.add")}
        </Button>
      </FormActions>
    </Form>
  );
}
