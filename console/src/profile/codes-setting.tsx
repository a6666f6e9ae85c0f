import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { sessionQuery } from "../api/queries.ts";
import { EndOthersOffer } from "../devices/end-others-offer.tsx";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { RecoveryCodes } from "../pieces/recovery-codes.tsx";
import { useText } from "../texts/text-context.tsx";
import { Setting } from "./setting.tsx";

export function CodesSetting() {
  const { t } = useText();
  const me = useMe();
  const [opened, setOpened] = useState(false);
  return (
    <Setting title={t("factor.codesTitle")} hint={t("profile.codesLeft", { count: me.recoveryCodesLeft })}>
      <Button variant="default" onClick={() => setOpened(true)}>
        {t("profile.newCodes")}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={t("profile.newCodes")}
        size={480}
        closeOnClickOutside={false}
        closeOnEscape={false}
      >
        <CodesForm onClose={() => setOpened(false)} />
      </Modal>
    </Setting>
  );
}

function CodesForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [kept, setKept] = useState(false);
  const renew = useMutation({
    mutationFn: () => api.renewRecoveryCodes(),
    onSuccess: () => queryClient.invalidateQueries(sessionQuery),
  });
  if (renew.data !== undefined) {
    return (
      <Form onSubmit={onClose}>
        <p>{t("factor.codesHint")}</p>
        <RecoveryCodes codes={renew.data.recoveryCodes} kept={kept} onKept={setKept} />
        <EndOthersOffer />
        <FormActions>
          <Button type="submit" disabled={!kept}>
            {t("common.done")}
          </Button>
        </FormActions>
      </Form>
    );
  }
  return (
    <Form onSubmit={() => renew.mutate()}>
      <p>{t("profile.newCodesHint")}</p>
      <ProblemCallout error={renew.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={renew.isPending}>
          {t("profile.makeCodes")}
        </Button>
      </FormActions>
    </Form>
  );
}
