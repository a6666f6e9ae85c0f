import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { Conversation } from "../../../../contract/conversations.ts";
import { useText } from "../../texts/text-context.tsx";
import { BELOW } from "../../theme/sizes.ts";
import { useDesk } from "../composer/send-desk.ts";
import { TemplateForm } from "./template-form.tsx";

export interface TemplateDialogProps {
  readonly conversation: Conversation;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Answers a chat with a template. */
export function TemplateDialog({ conversation, opened, onClose }: TemplateDialogProps) {
  const { t } = useText();
  const phone = useMediaQuery(BELOW.phone, undefined, { getInitialValueInEffect: false }) ?? false;
  const { queue } = useDesk();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={520}
      fullScreen={phone}
      title={t("template.title")}
      withCloseButton
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <TemplateForm
        numberId={conversation.number.id}
        language={conversation.language}
        name={conversation.contact.name}
        conversationId={conversation.id}
        busy={false}
        ready
        onSend={(filled) => {
          queue.add(conversation.id, { kind: "template", ...filled });
          onClose();
        }}
      />
    </Modal>
  );
}
