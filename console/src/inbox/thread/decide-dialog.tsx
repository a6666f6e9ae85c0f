import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { Message } from "../../../../contract/conversations.ts";
import { api } from "../../api/client.ts";
import { ProblemCallout } from "../../pieces/callout.tsx";
import { useText } from "../../texts/text-context.tsx";
import css from "./thread.module.css";
import { putMessage } from "./thread-query.ts";

export interface DecideDialogProps {
  readonly message: Message;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Send again or drop: what only a person can answer for. Focus opens on Cancel: neither choice is safe by itself. */
export function DecideDialog({ message, opened, onClose }: DecideDialogProps) {
  const { t } = useText();
  const client = useQueryClient();
  const { conversationId } = useParams({ strict: false });
  const decide = useMutation({
    mutationFn: (decision: "send_again" | "drop") =>
      api.decideInDoubt({ params: { id: message.id }, body: { decision } }),
    onSuccess: (changed) => {
      if (conversationId !== undefined) putMessage(client, conversationId, changed);
      onClose();
    },
  });
  const inDoubt = message.sendState === "in_doubt";
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={460}
      title={t(inDoubt ? "decide.title" : "decide.failedTitle")}
    >
      <p className={css.dialogWords}>{t(inDoubt ? "decide.explain" : "decide.failedExplain")}</p>
      <ProblemCallout error={decide.error} />
      <div className={css.dialogActions}>
        <Button variant="subtle" onClick={onClose} data-autofocus>
          {t("common.cancel")}
        </Button>
        {inDoubt ? (
          <Button
            variant="default"
            loading={decide.isPending && decide.variables === "drop"}
            disabled={decide.isPending}
            onClick={() => decide.mutate("drop")}
          >
            {t("decide.drop")}
          </Button>
        ) : null}
        <Button
          loading={decide.isPending && decide.variables === "send_again"}
          disabled={decide.isPending}
          onClick={() => decide.mutate("send_again")}
        >
          {t("decide.again")}
        </Button>
      </div>
    </Modal>
  );
}
