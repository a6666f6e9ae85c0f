import { Button, Modal, Radio } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Member } from "../../../contract/members.ts";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { ownershipQuery } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./member-sections.module.css";

export interface OwnershipDialogProps {
  readonly member: Member;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Offers ownership, and says what the one who offers is after it. */
export function OwnershipDialog({ member, opened, onClose }: OwnershipDialogProps) {
  const { t } = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={t("ownership.offerTo", { name: member.name })} size={460}>
      <OfferForm member={member} onClose={onClose} />
    </Modal>
  );
}

const AFTERWARDS = ["owner", "admin"] as const;

function OfferForm({ member, onClose }: Omit<OwnershipDialogProps, "opened">) {
  const { t } = useText();
  const client = useQueryClient();
  const [afterwards, setAfterwards] = useState<(typeof AFTERWARDS)[number]>("owner");
  const offer = useMutation({
    mutationFn: () => api.offerOwnership({ body: { memberId: member.id, afterwards } }),
    onSuccess: async () => {
      await client.invalidateQueries(ownershipQuery);
      onClose();
    },
  });
  return (
    <Form onSubmit={() => offer.mutate()}>
      <Radio.Group
        label={t("ownership.afterwards")}
        value={afterwards}
        onChange={(value) => setAfterwards(value === "admin" ? "admin" : "owner")}
      >
        <div className={css.choices}>
          {AFTERWARDS.map((role) => (
            <Radio
              key={role}
              value={role}
              label={t(`ownership.${role}`)}
              description={t(`ownership.${role}Words`)}
            />
          ))}
        </div>
      </Radio.Group>
      <Callout>{t("ownership.words", { name: member.name })}</Callout>
      <ProblemCallout error={offer.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={offer.isPending}>
          {t("ownership.offer")}
        </Button>
      </FormActions>
    </Form>
  );
}
